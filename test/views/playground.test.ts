/**
 * The playground: the page on top of a simulation, from any server of static files, and from the dashboard.
 * @module
 */
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { readdir, readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { testFrame, testPoint } from '../../tools/stack/frame-data.ts';
import { openPage, type OpenPage } from '../../tools/stack/open-page.ts';
import { until } from '../../tools/stack/until.ts';
import { expectAccessible, expectNoOverflow } from '../support/accessible.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { connectBrowser, sharePage } from '../support/shared-browser.ts';
import { startStaticServer } from '../support/static-server.ts';

const { open } = sharePage();

const folder = join(process.env['BUILT_PAGE'] ?? '', 'playground');

const untilMining = (shown: OpenPage) =>
  until('the simulation mines', async () => (await shown.number('speed')) > 0);

/** Moves the focus with the Tab key, or backward with Shift-Tab. */
async function tabTo(page: Page, label: string, key = 'Tab'): Promise<void> {
  await until(`the focus is on ${label}`, async () => {
    await page.keyboard.press(key);
    return page.evaluate(
      `(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim() === '${label}'`,
    );
  });
}

test('works under any path, and offline after the first load', async () => {
  const server = await startStaticServer(folder, '/some/path');
  await using browser = await connectBrowser();
  await using shown = await openPage(browser, `${server.url}#miner=10&speed=10`);
  const { page } = shown;
  try {
    await untilMining(shown);
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  } finally {
    await server[Symbol.asyncDispose]();
  }
  await page.goto(`${server.url}?embed#scenario=ten-miners&speed=100`);
  await page.getByLabel('Your guess').fill('33');
  await page.getByRole('button', { name: 'Guess and run' }).click();
  await until('the answer is shown', async () =>
    (await shown.text('answer')).includes('simulated: 10.0 hashes/s'),
  );
  await page.goto(server.url);
  await untilMining(shown);
  expect(shown.problems).toEqual([]);
});

describe('gzipped,', () => {
  /** Returns the size of all these files, in bytes. */
  async function sizeOf(paths: string[]): Promise<number> {
    const sizes = paths.map(async (path) => gzipSync(await readFile(path)).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  test('it loads at most 130 kB until it simulates', async () => {
    // The service worker loads everything, later.
    await using shown = await open('/playground/', { serviceWorkers: 'block' });
    await untilMining(shown);
    const urls: string[] = await shown.page.evaluate(
      'performance.getEntriesByType("resource").map(({ name }) => name)',
    );
    const names = urls.map((url) => new URL(url).pathname.replace(/^\/playground\//, ''));
    expect(names.length).toBeGreaterThan(4);
    expect(await sizeOf(['index.html', ...names].map((name) => join(folder, name)))).toBeLessThan(
      130_000,
    );
  });

  test('all its files have at most 161 kB', async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const size = await sizeOf(files.map(({ parentPath, name }) => join(parentPath, name)));
    expect(size).toBeLessThan(161_000);
  });
});

test('the dashboard serves it, with its security policy; all of it works by keyboard', async () => {
  await using shown = await open('/playground#scenario=ten-miners&speed=100');
  const { page } = shown;
  const clock = async () => (await shown.text('clock')).padStart(12); // so that 9:59 is before 10:00
  await until('the question is asked', async () => {
    return page.getByText('How many hashes per second do ten miners do?').isVisible();
  });
  expect(await page.getByRole('button', { name: 'Next event' }).isDisabled()).toBe(true);
  await tabTo(page, 'Your guess');
  await page.keyboard.type('20');
  await page.keyboard.press('Enter');
  await until('the focus is on the answer', () =>
    page.evaluate("document.activeElement.textContent.includes('Your guess: 20 hashes/s')"),
  );
  await until('the answer is shown', async () =>
    (await shown.text('answer')).startsWith('Your guess: 20 hashes/s, simulated: 10.0 hashes/s.'),
  );

  await tabTo(page, '100×', 'Shift+Tab');
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, 'Stop');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Next event');
  const before = await clock();
  await until('the clock shows a later time', async () => {
    await page.keyboard.press('Enter'); // again if both events happen in the same millisecond, which the clock cannot show
    return (await clock()) > before;
  });
  expect(await shown.text('places')).toMatch(/\d+ waiting.*10 active/s);
  expect(await shown.text('places')).not.toContain('at rng'); // the bottleneck is hidden

  await tabTo(page, 'rngs');
  await page.keyboard.type('4'); // replaces the number, which is selected
  await page.keyboard.press('Enter');
  await tabTo(page, 'Break something, or change settings');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Kill miner-10');
  await page.keyboard.press('Enter');
  await until('the address holds all of it', () =>
    /^#scenario=ten-miners&speed=10&at=[\d.]+:rng=4&at=[\d.]+:kill=miner-10:0.8$/.test(
      new URL(page.url()).hash,
    ),
  );

  for (const name of ['Bull Board', 'Workshop', 'Wall view', 'Latest 1,000 completed jobs']) {
    expect(await page.getByRole('link', { name }).count()).toBe(0);
  }
  for (const name of ['Reset', 'Add note']) {
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
  }
  expect(shown.problems).toEqual([]);
});

describe('says that the browser could not run the simulation', () => {
  const sentence = 'The browser could not run the simulation.';
  const route = (handler: Parameters<Page['route']>[1]) => (page: Page) =>
    page.route('**/assets/worker-*.js', handler);
  const options = { serviceWorkers: 'block' } as const;

  test.each(['?embed', ''])('if its worker cannot be loaded: /playground/%s', async (query) => {
    const abort = route((it) => it.abort());
    await using shown = await open(`/playground/${query}`, options, abort);
    await shown.page.getByRole('alert').filter({ hasText: sentence }).waitFor();
  });

  test('if its worker throws, also to those who wait for a job', async () => {
    const addition = `
      const receive = onmessage;
      onmessage = (event) => {
        if (event.data.kind === 'job') throw new Error('broken');
        receive(event);
      };`;
    const breakJobs = route(async (it) => {
      const response = await it.fetch();
      await it.fulfill({ response, body: (await response.text()) + addition });
    });
    await using shown = await open('/playground/', options, breakJobs);
    const { page } = shown;
    await untilMining(shown);
    await page.getByRole('button', { name: 'slowest' }).click();
    await page.getByRole('dialog').getByText(sentence).waitFor();
    await page.getByText('simulation failed').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'slowest' }).click();
    await page.getByRole('dialog').getByText(sentence).waitFor();
  });
});

test('explains terms in a frame, too', async () => {
  await using shown = await open('/playground/?embed#miner=3');
  const { page } = shown;
  await untilMining(shown);
  await page.locator('summary', { hasText: /^rng/ }).click();
  await page.getByRole('button', { name: 'utilization' }).first().focus();
  await page.getByRole('tooltip').waitFor();
});

test('shows simulated time, from the start: plot, picture of it, CSV', async () => {
  const spy = `
    window.drawn = [];
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (...args) {
      drawn.push(args[0]);
      fillText.apply(this, args);
    };`;
  await using shown = await open('/playground/', {}, (page) => page.addInitScript(spy));
  const { page } = shown;
  await untilMining(shown);
  const scrubber = page.getByRole('slider', { name: 'Read the graph' });
  expect(await scrubber.getAttribute('aria-valuetext')).toMatch(/^00:\d\d, \d/);
  expect(await scrubber.getAttribute('min')).toBe('0');
  await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'PNG' }).click(),
  ]);
  const drawn = await page.evaluate<string[]>('drawn');
  expect(drawn.filter((text) => /^simulated, 00:00 – 00:\d\d\s*$/.test(text))).toHaveLength(1);
  expect(drawn.filter((text) => /\d:\d/.test(text) && !/\b00:\d\d/.test(text))).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const [, first] = (await text(await download.createReadStream())).split('\n');
  expect(first).toMatch(/^1,/);
});

test('shares neither guesses nor predictions with the page of a stack', async () => {
  const at = 1_790_000_000;
  const history = Array.from({ length: 20 }, (_, second) => testPoint(at - 20 + second));
  await using shown = await open('/', {}, fakeFeed(testFrame({ at, miners: 1, rngs: 1 }), history));
  const { page, plot } = shown;
  await page.getByLabel('How fast will ten miners be?').fill('33');
  await page.keyboard.press('Enter');
  await until('the focus is on the guess', () =>
    page.evaluate("document.activeElement.textContent.includes('your guess: 33')"),
  );
  await page.getByRole('button', { name: 'What if…' }).click();
  const drawer = page.getByRole('dialog', { name: 'What if…' });
  await drawer.getByRole('slider', { name: 'Miners' }).fill('10');
  await drawer.getByLabel('How fast will it be with 10 miners?').fill('33');
  await page.keyboard.press('Enter');
  await until('it is predicted', async () => (await plot('data-predicted')) !== '');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Reveal the bottleneck' }).click();

  await page.goto(new URL('/playground#miner=10', page.url()).href);
  await untilMining(shown);
  expect(await plot('data-predicted')).toBe('');
  expect(await page.getByText(/Predicted|your guess/).count()).toBe(0);
  await page.getByText('Guess before you reveal it.').waitFor();
  await page.getByRole('button', { name: 'Start over' }).click();
  await untilMining(shown);

  await page.goto(new URL('/', page.url()).href);
  await until('the guess is there', async () => (await shown.text('guess')).includes('33'));
  expect(await plot('data-predicted')).not.toBe('');
  await page.getByRole('button', { name: 'Hide the bottleneck' }).waitFor();
});

test.each([
  ['light', '?reveal#miner=3'],
  ['dark', '#scenario=slow-replica'],
  ['light', '?embed#scenario=overload'],
] as const)('fits on a phone and is accessible: %s, %s', async (colorScheme, address) => {
  const viewport = { width: 390, height: 844 };
  await using shown = await open(`/playground/${address}`, { viewport, colorScheme });
  await shown.page.getByText('Break something, or change settings').click();
  await shown.page.getByRole('button', { name: 'Freeze' }).isVisible();
  await expectAccessible(shown.page);
  await expectNoOverflow(shown.page);
});
