/**
 * The lab's report in a browser: no label covers the curve.
 * @module
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judge } from '../../tools/lab/prediction/prediction.ts';
import { renderReport } from '../../tools/lab/report.ts';
import { testPoint } from '../../tools/stack/frame-data.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { overlaps, textBoxes } from '../support/text-boxes.ts';

let browser: Browser;
beforeAll(async () => void (browser = await connectBrowser()));
afterAll(() => browser.close());

const SPEED = { what: 'speed', unit: 'hashes/s', expected: 10, tolerance: { min: 8, max: 10.5 } };

/** A curve that reaches the upper edge everywhere, and marks at both ends, in the middle, and close to one another. */
const report = () =>
  renderReport('processes', 1, [
    {
      name: 'killed-miner',
      question: 'What happens to the job of a miner that dies?',
      commands: [],
      reason: '',
      checks: [judge(SPEED, 9.8)],
      pass: true,
      notes: [],
      bars: [],
      marks: [0, 20, 28, 30, 31, 60].map((at) => ({
        at: 1000 + at,
        label: `job loops:12345 completed after ${at} s`,
      })),
      history: Array.from({ length: 61 }, (_, n) => testPoint(1000 + n, { speed: 10 + (n % 2) })),
    },
  ]);

test.each([390, 1280, 1920])('its labels are beside the curve, %i px wide', async (width) => {
  await using context = await browser.newContext({ viewport: { width, height: 800 } });
  const page = await context.newPage();
  await page.setContent(await report());
  const labels = await textBoxes(page, '.marked');
  expect(labels.filter(({ text }) => text.startsWith('job')).length).toBeGreaterThanOrEqual(6);
  expect(overlaps(labels)).toEqual([]);
  const points = await page.evaluate<{ x: number; y: number }[]>(`(() => {
    const line = document.querySelector('.measured');
    const toScreen = line.getScreenCTM();
    return [...line.points].map((point) => {
      const { x, y } = point.matrixTransform(toScreen);
      return { x, y };
    });
  })()`);
  expect(points).toHaveLength(61);
  const covered = labels.filter(({ left, top, right, bottom }) =>
    points.some(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom),
  );
  expect(covered).toEqual([]);
  const [excess, plot] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth - innerWidth, document.querySelector(".plot").clientHeight]',
  );
  expect(excess).toBeLessThanOrEqual(0);
  expect(plot).toBeGreaterThan(100);
});
