/**
 * What a user can do on the page, and on which screens.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../testing/browser.ts';
import { openPage } from '../../testing/open-page.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { until } from '../../testing/until.ts';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStackProcess(), startBrowser()]);
  await until('the speed is steady', async () => ((await stack.frame())?.loops ?? 0) > 30, 30_000);
});

afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
});

const open = (path = '/', options = {}) => openPage(browser, `${stack.dashboard}${path}`, options);

describe('the plot', () => {
  test('keeps the selected range in the URL', async () => {
    await using shown = await open();
    await shown.page.getByLabel('1 min', { exact: true }).check();
    await until('the URL has the choice', () => shown.page.url().endsWith('?minutes=1'));
    await shown.page.reload();
    expect(await shown.page.getByLabel('1 min', { exact: true }).isChecked()).toBe(true);
  });

  test('shows the exact values under the pointer', async () => {
    await using shown = await open('/?minutes=1');
    await until('the plot has points', async () => Number(await shown.plot('data-points')) > 5);
    const box = await shown.page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('no plot');
    await shown.page.mouse.move(box.x + box.width - 3, box.y + 20);
    await until('the values appear', async () =>
      /^\d\d:\d\d:\d\d · \d\.\d hashes\/s · 1 miner /.test(await shown.text('hover')),
    );
  });

  test('zooms in by dragging, and resets', async () => {
    await using shown = await open();
    const box = await shown.page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('no plot');
    await shown.page.mouse.move(box.x + box.width * 0.6, box.y + 30);
    await shown.page.mouse.down();
    await shown.page.mouse.move(box.x + box.width * 0.9, box.y + 30, { steps: 5 });
    await shown.page.mouse.up();
    const reset = shown.page.getByRole('button', { name: 'Reset zoom' });
    await reset.click();
    await until('the zoom is reset', async () => (await reset.count()) === 0);
  });

  test('explains the dips of the classic graph', async () => {
    await using shown = await open();
    await shown.page.getByLabel('Show the graph of the original').check();
    expect(await shown.text('why')).toContain('4, 4, 4');
    await until('the URL has the choice', () => shown.page.url().endsWith('?classic'));
  });

  test('can be downloaded as PNG and CSV', async () => {
    await using shown = await open();
    await until('the plot has points', async () => Number(await shown.plot('data-points')) > 5);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        shown.page.waitForEvent('download'),
        shown.page.getByRole('button', { name }).click(),
      ]);
      return readFile(await download.path());
    };
    expect((await save('PNG')).subarray(1, 4).toString()).toBe('PNG');
    const [head, first] = (await save('CSV')).toString().split('\n');
    expect(head).toBe('time,speed,loops,hashes,miners,rng,hasher,troubled');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[\d.]*,\d+,\d*,\d+,\d?,\d?,(true|false)$/);
  });

  test('fills the page in wall mode', async () => {
    await using shown = await open('/?wall');
    await until('the page shows a speed', async () => (await shown.number('speed')) > 2, 20_000);
    expect(await shown.page.locator('footer').count()).toBe(0);
    const excess = 'document.documentElement.scrollHeight - innerHeight';
    expect(await shown.page.evaluate(excess)).toBe(0);
    expect(shown.problems).toEqual([]);
  });
});

describe('the scaling chart', () => {
  test('asks for a guess, by keyboard or mouse, and keeps it for the session', async () => {
    await using shown = await open();
    const field = shown.page.getByLabel(/enter your guess/);
    await field.waitFor(); // one miner must be measured first
    await field.fill('33');
    await field.press('Enter');
    expect(await shown.text('guess')).toContain('your guess: 33');
    await shown.page.reload();
    await until('the guess is still there', async () =>
      (await shown.text('guess')).includes('your guess: 33'),
    );
    await shown.page.getByRole('button', { name: 'Clear guess' }).click();
    await field.waitFor();
    await shown.page.getByRole('img', { name: /^Speed by number of miners/ }).click();
    expect(await shown.text('guess')).toMatch(/your guess: \d/);
  });
});

describe('the bottleneck', () => {
  const SENTENCE =
    /^miner is the bottleneck: its slots are \d+% busy, so it limits the speed to 3\.\d\/s\./;

  test('is hidden until it is revealed, for the session', async () => {
    await using shown = await open();
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    expect(await shown.text('bottleneck')).toContain('What limits the speed?');
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    const appears = () =>
      until('the bottleneck appears', async () => SENTENCE.test(await shown.text('bottleneck')));
    await appears();
    await shown.page.reload();
    await appears();
  });

  test('is revealed from the start by ?reveal', async () => {
    await using shown = await open('/?reveal');
    await until('the bottleneck appears', async () =>
      SENTENCE.test(await shown.text('bottleneck')),
    );
  });

  /** What would give the answer away. */
  const SPOILER =
    /\b(rng|hasher) (wait|service)|\d ms\b|in flight|utilization|ceiling|\bin line\b|% busy/;

  test('is not given away anywhere on the page before that', async () => {
    await using shown = await open();
    await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
    const text = () => shown.page.evaluate<string>('document.querySelector("main").innerText');
    expect(await text()).not.toMatch(SPOILER);
    for (const name of ['rng', 'hasher']) {
      await shown.page.locator('summary', { hasText: new RegExp(`^${name}`) }).click();
      expect(await text()).not.toMatch(SPOILER);
    }
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    await until('the figures appear', async () => SPOILER.test(await text()));
  });

  test('goes with where the time of a loop goes', async () => {
    await using shown = await open('/?reveal');
    const row = shown.page.getByRole('row', { name: /rng service/ });
    await until('the row shows about 100 ms', async () =>
      /rng service\s*1\d\d ms/.test((await row.textContent()) ?? ''),
    );
  });
});

describe('the page', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 768, 1440]) {
      test(`is accessible and does not overflow: ${colorScheme}, ${width} px wide`, async () => {
        await using shown = await open('/?classic', {
          colorScheme,
          viewport: { width, height: 900 },
          reducedMotion: 'reduce', // a coin that fades in has little contrast for a moment
        });
        await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
        await until('the page shows a speed', async () => (await shown.number('speed')) > 0);
        const { violations } = await new AxeBuilder({ page: shown.page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).toEqual([]);
        const excess = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(excess).toBe(0);
      });
    }
  }

  test('keeps the selected theme after a reload', async () => {
    await using shown = await open('/', { colorScheme: 'light' });
    const background = () =>
      shown.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await shown.page.getByLabel('Theme').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    await shown.page.reload();
    expect(await background()).toBe(dark);
  });

  test('loads at most 80 kB of JavaScript and CSS, gzipped', async () => {
    const html = await (await fetch(stack.dashboard)).text();
    const files = [...html.matchAll(/(?:src|href)="\.?(\/[^"]+\.(?:js|css))"/g)].map(
      ([, path]) => path,
    );
    expect(files.length).toBeGreaterThan(1);
    let bytes = 0;
    for (const file of files) {
      const response = await fetch(`${stack.dashboard}${file}`);
      bytes += gzipSync(await response.bytes()).length;
    }
    expect(bytes).toBeLessThan(80_000);
  });
});
