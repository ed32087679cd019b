/**
 * The page follows what happens to the stack, and recovers by itself.
 * @module
 */
import { Redis } from 'ioredis';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Point } from '../../dashboard/frame/frame.ts';
import { SETTLED_POINTS } from '../../dashboard/web/plot/scale-events.ts';
import { startBrowser } from '../../tools/stack/browser.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { statusOf, untilProblem } from '../support/page-status.ts';
import { startService } from '../support/service.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { openTab, type Tab } from '../support/tabs.ts';
import { until } from '../../tools/stack/until.ts';

/** Short, so that the job of a killed miner is not missing for long. */
const LOCK = { MINER_LOCK_MS: '5000' };

const running = new AsyncDisposableStack();
let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  stack = running.use(await startStackProcess({ env: LOCK }));
  browser = running.adopt(await connectBrowser(), (it) => it.close());
});

afterAll(() => running.disposeAsync());

const open = () => openPage(browser, stack.dashboard);

/** Starts another miner, which is stopped with `extra`. If it is killed, nobody restarts it. */
async function startMiner(INSTANCE: string, extra: AsyncDisposableStack) {
  const [RNG_URL, HASHER_URL] = [stack.rng.join(), stack.hasher.join()];
  const env = { ...LOCK, INSTANCE, REDIS_URL: stack.redis, RNG_URL, HASHER_URL };
  return extra.use(await startService('miner/main.ts', env));
}

async function signal(instance: string, name: NodeJS.Signals): Promise<void> {
  process.kill(await stack.pidOf(instance), name);
}

describe('the page', () => {
  test('marks new miners on the plot and shows a dead one as lost', async () => {
    await using shown = await open();
    const miners = shown.page.getByTestId('miner');
    const lost = shown.page.locator('tr.lost');
    await until('the page lists one miner', async () => (await miners.count()) === 1);
    // Before its miner reports, a new stack has none, and a change that soon would count from there: "miner 0 → 5".
    await until(
      'one miner has been running for long enough to be where a change starts',
      async () => {
        const response = await fetch(`${stack.dashboard}/api/history`);
        const latest = ((await response.json()) as Point[]).slice(-SETTLED_POINTS - 1);
        return latest.length > SETTLED_POINTS && latest.every((point) => point.miners === 1);
      },
    );
    await using extra = new AsyncDisposableStack();
    const [first] = await Promise.all([1, 2, 3, 4].map((n) => startMiner(`extra-${n}`, extra)));
    await until('the plot marks the new miners', async () =>
      (await shown.plot('data-marks')).includes('miner 1 → 5'),
    );
    await until('the mark has settled: one for all four of them', async () =>
      /(^|, )miner 1 → 5(,|$)/.test(await shown.plot('data-marks')),
    );
    expect(await miners.count()).toBe(5);

    await shown.page.getByRole('button', { name: /^name/ }).click();
    expect(await miners.first().textContent()).toContain('miner-1');

    await first?.kill();
    await until('it is shown as lost', async () =>
      (await lost.allTextContents()).some((text) => text.includes('extra-1')),
    );
    await until('the page lists four miners', async () => (await miners.count()) === 4);
  });

  test('explains how to start a miner if there are no miners', async () => {
    await using shown = await open();
    const notice = shown.page.getByTestId('problem').filter({ hasText: 'No miner is running' });
    await signal('miner-1', 'SIGSTOP');
    try {
      await until('the notice appears', async () => (await notice.count()) === 1);
      expect(await notice.textContent()).toContain('npm run scale miner=1');
    } finally {
      await signal('miner-1', 'SIGCONT');
    }
    await until('the notice disappears', async () => (await notice.count()) === 0);
  });

  test('reports a lost connection and reconnects by itself', async () => {
    await using shown = await open();
    await until('the page is live', async () => (await statusOf(shown)) === 'live');
    await signal('dashboard-1', 'SIGKILL');
    await until('the page reports the loss, and no speed', async () => {
      const texts = await shown.page
        .locator('header [role=status], [data-testid=speed]')
        .allTextContents(); // of the same moment
      const [status = '', speed] = texts.map((text) => text.trim());
      return status.includes('connection lost') && speed === '–';
    });
    await until('the page is live again', async () => (await statusOf(shown)) === 'live');
    await until('the page shows a speed again', async () => (await shown.number('speed')) > 0);
  });

  test('reports why Redis cannot be read, and what to do, until it can', async () => {
    await using shown = await open();
    const redis = running.adopt(new Redis(stack.redis), (it) => it.disconnect());
    await until('the page is live', async () => (await statusOf(shown)) === 'live');
    await redis.call('ACL', 'SETUSER', 'default', '-hlen');
    await untilProblem(
      shown,
      /^Redis refuses reads: its user lacks a permission\. .* docs\/security\.md lists/,
    );
    await signal('redis', 'SIGSTOP');
    try {
      await untilProblem(
        shown,
        /^Redis is unreachable \(.+\), so nothing is mined.*npm run logs redis/,
      );
      expect(await statusOf(shown)).toContain('Redis is unreachable');
    } finally {
      await signal('redis', 'SIGCONT');
    }
    await untilProblem(shown, /^Redis refuses reads: its user lacks a permission/);
    await redis.call('ACL', 'SETUSER', 'default', '+hlen');
    await until('the page is live again', async () => (await statusOf(shown)) === 'live');
  });
});

describe('with ten tabs open', () => {
  const text = (tab: Tab, selector: string) =>
    tab.evaluate(`document.querySelector('${selector}')?.textContent.trim() ?? ''`);
  const number = async (tab: Tab, testId: string) =>
    Number(String(await text(tab, `[data-testid="${testId}"]`)).replaceAll(',', ''));
  const points = async (tab: Tab) =>
    Number(await tab.evaluate(`document.querySelector('[data-testid="plot"]')?.dataset.points`));

  const untilCurrent = async (tab: Tab) => {
    await until(
      'the page is live',
      async () => (await text(tab, 'header [role="status"]')) === 'live',
    );
    const frame = await until('the dashboard has a frame', () => stack.frame());
    await until(
      'the tab shows this frame or a newer one',
      async () => (await number(tab, 'completed')) >= frame.loops,
    );
  };

  /** How many of the seconds that the plot can show the dashboard has recorded. */
  const recorded = async () => {
    const response = await fetch(`${stack.dashboard}/api/history?seconds=300`);
    return ((await response.json()) as unknown[]).length;
  };

  test('a tab catches up when it comes to the front, and an eleventh loads', async () => {
    await using tabs = new AsyncDisposableStack();
    const window = tabs.adopt(await startBrowser({ windows: true }), (it) => it.close());
    const openNext = async () => tabs.use(await openTab(window, stack.dashboard));
    const first = await openNext();
    await untilCurrent(first);
    let latest = first;
    for (let n = 2; n <= 11; n++) await untilCurrent((latest = await openNext()));
    expect(await points(first)).toBeLessThan(await points(latest));

    await first.bringToFront();
    await untilCurrent(first);
    // Without the seconds that it has missed, it would never have all.
    await until('the tab has the missed seconds', async () => {
      const all = await recorded();
      return (await points(first)) >= all;
    });
  });
});
