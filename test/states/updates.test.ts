/**
 * The page follows what happens to the stack, and recovers by itself.
 * @module
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../../testing/browser.ts';
import { startMiners } from '../../testing/miners.ts';
import { openPage } from '../../testing/open-page.ts';
import { startStackProcess, type RunningStack } from '../../testing/stack.ts';
import { openTab, type Tab } from '../../testing/tabs.ts';
import { until } from '../../testing/until.ts';

/** Short, so that the job of a killed miner is not missing for long. */
const LOCK = { MINER_LOCK_MS: '5000' };

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStackProcess({ env: LOCK }), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
});

const open = () => openPage(browser, stack.dashboard);

async function signal(instance: string, name: NodeJS.Signals): Promise<void> {
  process.kill((await stack.pids()).get(instance) ?? NaN, name);
}

describe('the page', () => {
  test('shows the speed, the queue, and the coins, and updates every second', async () => {
    await using shown = await open();
    await until('the speed is near 3', async () => (await shown.number('speed')) > 2, 20_000);
    expect(await shown.number('speed')).toBeLessThan(3.5);
    expect(await shown.page.getByTestId('miner').count()).toBe(1);
    const completed = await shown.number('completed');
    await until('more loops are done', async () => (await shown.number('completed')) > completed);
    await until('a coin is found', async () => (await shown.number('coins')) > 0, 30_000);
    expect(shown.problems).toEqual([]);
  });

  test('draws the history right after a reload', async () => {
    await using shown = await open();
    const points = async () => Number(await shown.plot('data-points'));
    await until('the plot has six points', async () => (await points()) >= 6, 20_000);
    await shown.page.reload();
    await until('the plot has six points again', async () => (await points()) >= 6, 2000);
    expect(await shown.page.locator('[data-testid=plot] canvas').count()).toBe(1);
  });

  test('marks new miners on the plot and shows a dead one as lost', async () => {
    await using shown = await open();
    const miners = shown.page.getByTestId('miner');
    const lost = shown.page.locator('tr.lost');
    await until('the page lists one miner', async () => (await miners.count()) === 1);
    await using extra = startMiners(stack, 4, LOCK);
    await until('five miners report', async () => (await stack.frame())?.miners === 5, 20_000);
    await until(
      'the plot marks the new miners',
      async () => (await shown.plot('data-marks')).includes('miner 1 → 5'),
      3000,
    );
    await until(
      'the mark has settled: one for all four of them',
      async () => /(^|, )miner 1 → 5(,|$)/.test(await shown.plot('data-marks')),
      15_000,
    );
    await until('the page lists five miners', async () => (await miners.count()) === 5, 3000);

    await shown.page.getByRole('button', { name: /^name/ }).click();
    expect(await miners.first().textContent()).toContain('miner-1');

    extra.processes[0]?.kill('SIGKILL');
    await until('a miner is shown as lost', async () => (await lost.count()) === 1, 5500);
    expect(await lost.textContent()).toContain('extra-1');
    await until('the page lists four miners', async () => (await miners.count()) === 4, 20_000);
  });

  test('explains how to start a miner if there are no miners', async () => {
    await signal('miner-1', 'SIGSTOP');
    await using shown = await open();
    const notice = shown.page.getByTestId('problem').filter({ hasText: 'No miner is running' });
    await until('the notice appears', async () => (await notice.count()) === 1, 20_000);
    expect(await notice.textContent()).toContain('docker compose scale miner=1');
    await signal('miner-1', 'SIGCONT');
    await until('the notice disappears', async () => (await notice.count()) === 0, 20_000);
  });

  test('reports a lost connection and reconnects by itself', async () => {
    await using shown = await open();
    const status = () => shown.page.locator('header [role=status]').textContent();
    await until('the page is live', async () => (await status()) === 'live', 45_000);
    await signal('dashboard-1', 'SIGKILL');
    await until('the page reports the loss', async () =>
      (await status())?.includes('connection lost'),
    );
    expect(await shown.text('speed')).toBe('–');
    await until('the page is live again', async () => (await status()) === 'live', 30_000);
    await until(
      'the page shows a speed again',
      async () => (await shown.number('speed')) > 0,
      20_000,
    );
  });

  test('reports that Redis is unreachable until it is back', async () => {
    await using shown = await open();
    const status = () => shown.page.locator('header [role=status]').textContent();
    await until('the page is live', async () => (await status()) === 'live', 30_000);
    await signal('redis', 'SIGSTOP');
    await until(
      'the page reports the outage',
      async () => (await status())?.includes('Redis is unreachable'),
      15_000,
    );
    await signal('redis', 'SIGCONT');
    await until('the page is live again', async () => (await status()) === 'live', 30_000);
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
      5000,
    );
    const frame = await until('the dashboard has a frame', () => stack.frame());
    await until(
      'the tab shows this frame or a newer one',
      async () => (await number(tab, 'completed')) >= frame.loops,
      2000,
    );
  };

  test('a tab catches up when it comes to the front, and an eleventh loads', async () => {
    await using tabs = new AsyncDisposableStack();
    const openNext = async () => tabs.use(await openTab(browser, stack.dashboard));
    const first = await openNext();
    await untilCurrent(first);
    let latest = first;
    for (let n = 2; n <= 11; n++) await untilCurrent((latest = await openNext()));

    await first.bringToFront();
    await untilCurrent(first);
    const seconds = await points(latest);
    await until(
      'the tab has the missed seconds',
      async () => (await points(first)) >= seconds,
      2000,
    );
  });
});
