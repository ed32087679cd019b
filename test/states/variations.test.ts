/**
 * What the page says about variations of the experiment.
 * @module
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testSettings } from '../../tools/stack/frame-data.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

let browser: Browser;
beforeAll(async () => void (browser = await connectBrowser()));
afterAll(() => browser.close());

test('the page and the log tell which variations are on, and the page explains a queue that grows', async () => {
  await using stack = await startStackProcess({
    args: ['--scale', 'miner=10', '--scale', 'rng=1'],
    env: {
      PRODUCER_RATE: '14',
      HASHER_LEAK_KB: '64',
      HASHER_SLOW_REPLICA: 'hasher-1',
      HASHER_SLOW_FACTOR: '1.5',
    },
  });
  expect(stack.lines).toContainEqual(
    expect.stringMatching(
      /hasher-1 .*: this replica is 1\.5 times slower, leaks 64 KiB per request/,
    ),
  );
  await using dashboard = await openPage(browser, `${stack.dashboard}/?reveal`);
  await dashboard.page.getByTestId('variations').waitFor();
  await until(
    'all variations are listed',
    async () =>
      (await dashboard.text('variations')) ===
      'Variations: producer adds 14 jobs/s · hasher is 1.5 times slower · hasher leaks 64 KiB per request',
  );
  await until('the growth of the queue is explained', async () =>
    /^The backlog has been growing for \d+ s: 1[34]\.\d jobs\/s arrive, and the miners complete \d+\.\d\./.test(
      (await dashboard.page.getByTestId('problem').allTextContents()).join(),
    ),
  );
  await until('the bottleneck is named nevertheless', async () =>
    (await dashboard.text('bottleneck')).startsWith('rng is the bottleneck'),
  );
  await until('the rate of the producer is shown', async () =>
    /^producer-1 adds 1[34]\.\d jobs\/s at a fixed rate\.$/.test(await dashboard.text('producer')),
  );
  expect(dashboard.problems).toEqual([]);
});

test('hidden variations are on, but neither the page nor the log tells', async () => {
  await using stack = await startStackProcess({
    env: {
      RNG_ERROR_RATE: '0.5',
      HASHER_DELAY_DISTRIBUTION: 'exponential',
      PRODUCER_POISON_EVERY: '10',
      SHOW_VARIATIONS: 'false',
    },
  });
  const frame = await until('requests fail, and the settings are known', async () => {
    const current = await stack.frame();
    const isVaried = current?.problems.some(({ text }) => text.includes('expected status 200'));
    return isVaried && current?.settings != null ? current : undefined;
  });
  expect(frame.variations).toEqual([]);
  expect(frame.settings).toEqual(testSettings());
  expect(stack.lines.join('\n')).not.toContain('variations');
});
