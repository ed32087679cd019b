/**
 * Every text can be read, however much there is to show: none covers another, none is cut off, and none on the wall is small.
 * @module
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Variations } from '@dockercoins/common/reports';
import type { Frame, Point, Setting } from '../../dashboard/frame/frame.ts';
import { fakeFeed, showFrame } from '../support/fake-feed.ts';
import { testFrame, testPoint, testSettings } from '../../tools/stack/frame-data.ts';
import { sharePage } from '../support/shared-browser.ts';
import { overlaps, textBoxes } from '../support/text-boxes.ts';
import { until } from '../../tools/stack/until.ts';

const { open } = sharePage();

const PHONE = { viewport: { width: 390, height: 844 } };
const PROJECTOR = { viewport: { width: 1280, height: 720 } };
const SCREEN = { viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' } as const;

/** Returns a frame with as many of everything, or with a single rng, which has a line then. */
function crowd(count: number, rngs = count): Frame {
  const frame = testFrame({ miners: count, rngs });
  const replicas = Array.from({ length: count }, (_, n) => ({ name: `hasher-${n + 1}`, slots: 0 }));
  return {
    ...frame,
    hasher: count,
    queue: { ...frame.queue, waiting: 150 * count, delayed: count },
    upstreams: { ...frame.upstreams, hasher: { ...frame.upstreams.hasher, replicas } },
  };
}

/** The dots of waiting jobs. */
const WAITING = 'circle.job';

/** Waits for the picture of a frame, in which nothing is out of place. */
async function expectLegible(page: Page, { miners, rng }: Frame): Promise<void> {
  const title = rng === 1 || rng === null ? 'rng' : `rng × ${rng}`;
  const isShown = async () => {
    const texts = (await textBoxes(page, '.board')).map(({ text }) => text);
    return texts.includes(miners === 1 ? '1 miner' : `${miners} miners`) && texts.includes(title);
  };
  await until(`${miners} miners and ${rng} rngs are drawn`, isShown);
  const boxes = await textBoxes(page, '.board', WAITING);
  expect(overlaps(boxes.filter(({ text }) => text !== WAITING))).toEqual([]);
  const queue = boxes.filter(({ text }) => text === WAITING || /waiting|more/.test(text));
  expect(overlaps(queue)).toEqual([]);
}

describe('the picture', () => {
  test.each([
    ['on a phone', '/?reveal', PHONE],
    ['on a projector', '/?reveal', PROJECTOR],
    ['on a projector, as a wall', '/?wall&reveal', PROJECTOR],
    ['on a large, dark wall', '/?wall&reveal', SCREEN],
  ])('of one to fifty replicas, %s', async (_, path, options) => {
    await using shown = await open(path, options, fakeFeed(crowd(1)));
    await expectLegible(shown.page, crowd(1));
    for (const frame of [2, 8, 16, 30, 50].map((count) => crowd(count)).concat(crowd(30, 1))) {
      await showFrame(shown.page, frame);
      await expectLegible(shown.page, frame);
    }
  });

  test('says how many more jobs wait than it shows', async () => {
    await using shown = await open('/', PROJECTOR, fakeFeed(crowd(10)));
    const more = await until('it says so', async () => {
      const texts = (await textBoxes(shown.page, '.board')).map(({ text }) => text);
      return texts.find((text) => /^\+[\d,]+ more$/.test(text));
    });
    const dots = await shown.page.locator(WAITING).count();
    expect(Number(more.replace(/\D/g, '')) + dots).toBe(1500);
  });
});

test('the table of miners says how many more there are', async () => {
  await using shown = await open('/', PROJECTOR, fakeFeed(crowd(30)));
  const more = shown.page.getByText(/^and \d+ more: scroll down$/);
  await more.waitFor();
  await shown.page.getByRole('region', { name: 'Table of miners' }).hover();
  await shown.page.mouse.wheel(0, 10_000);
  await until('all have been seen', async () => (await more.count()) === 0);
});

test.each([
  ['hidden', '/?wall'],
  ['revealed', '/?wall&reveal'],
])('on a wall of 1280 × 720, no text is too small for the back row: %s', async (_, path) => {
  const points = history({ miners: 1 }, { miners: 10, speed: 10 });
  await using shown = await open(path, PROJECTOR, fakeFeed(crowd(10, 1), points));
  await shown.page.getByText('10 miners').first().waitFor();
  const boxes = await textBoxes(shown.page, 'body');
  expect(boxes.filter(({ fontSize }) => fontSize < 0.025 * 720)).toEqual([]);
  const plot = `getComputedStyle(document.querySelector('.graph')).getPropertyValue('--font-size')`;
  expect(parseFloat(await shown.page.evaluate<string>(plot))).toBeGreaterThanOrEqual(0.025 * 720);
  expect(overlaps(boxes)).toEqual([]);
  const lines = `[...document.querySelectorAll('.board h3')].map((title) =>
    Math.round(title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)))`;
  const titles = await shown.page.evaluate<number[]>(lines);
  expect(Math.max(...titles)).toBeLessThanOrEqual(2); // "10 miners" has two words
});

/** 20 seconds for each of these, one after the other. */
function history(...periods: Partial<Point>[]): Point[] {
  return periods.flatMap((values, period) =>
    Array.from({ length: 20 }, (_, n) =>
      testPoint(1000 - 20 * (periods.length - period) + n, values),
    ),
  );
}

describe('the scaling chart', () => {
  const rng = (variations: Variations = {}): Setting => ({ delayMs: 100, slots: 1, variations });
  /** The variations of the workshop, one after the other. */
  const VARIED: Partial<Point>[] = [
    { miners: 3, speed: 8.5, settings: testSettings({ rng: [rng({ delays: 'exponential' })] }) },
    { miners: 2, speed: 5.9, settings: testSettings({ rng: [rng({ errors: 0.1 })] }) },
    {
      miners: 3,
      speed: 3.7,
      settings: testSettings({ rng: [rng({ hangs: 0.05 })] }),
    },
    {
      miners: 10,
      rng: 2,
      speed: 11.5,
      settings: testSettings({ rng: [rng(), rng({ slower: 5 })] }),
    },
    { miners: 3, speed: 9.7, settings: testSettings({ rng: [rng({ leakKb: 1000 })] }) },
    { miners: 3, speed: 9, settings: testSettings({ producer: { poisonEvery: 20 } }) },
    { miners: 1, speed: 3.3, settings: testSettings({ producer: { rate: 5 } }) },
  ];
  const last = VARIED.at(-1) ?? {};

  test.each([
    ['on a phone', PHONE],
    ['on a projector', PROJECTOR],
    ['on a large, dark screen', SCREEN],
  ])('has eight setups, %s', async (_, options) => {
    const points = history({ miners: 10, speed: 10 }, ...VARIED);
    await using shown = await open('/', options, fakeFeed(testFrame({}, last), points));
    const { page } = shown;
    const legend = page.getByTestId('setups');
    await legend.waitFor();
    const rows = await legend.locator('dt').allTextContents();
    expect(rows).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
    expect(await legend.textContent()).not.toMatch(/\d ms|at once/);
    const texts = await textBoxes(page, '#scaling');
    expect(overlaps(texts)).toEqual([]);
    const card = await page.locator('#scaling').boundingBox();
    const end = (card?.x ?? 0) + (card?.width ?? 0);
    expect(texts.filter(({ left, right }) => left < (card?.x ?? 0) || right > end)).toEqual([]);

    await page.getByRole('button', { name: 'Clear earlier setups' }).click();
    await legend.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Show earlier setups' }).click();
    await legend.waitFor();
  });

  test('says what hints at the bottleneck only once that is revealed', async () => {
    const fast = testSettings({ rng: [{ delayMs: 50, slots: 2 }] });
    const points = history({ miners: 10, speed: 10 }, { miners: 10, speed: 33, settings: fast });
    const feed = fakeFeed(testFrame({ miners: 10 }, { settings: fast }), points);
    await using shown = await open('/', PROJECTOR, feed);
    const legend = shown.page.getByTestId('setups');
    await until('the legend hints at nothing', async () =>
      /^A\s*other settings\s*B\s*current settings/.test((await legend.textContent()) ?? ''),
    );
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    await until('the legend says it', async () =>
      /A\s*rng 100 ms; rng serves 1 at once\s*B\s*rng 50 ms; rng serves 2 at once/.test(
        (await legend.textContent()) ?? '',
      ),
    );
  });
});
