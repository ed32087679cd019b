import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import { openTab, type Tab } from '../testing/tabs.ts';
import { until } from '../testing/until.ts';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStackProcess(), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
});

const open = (path = '/') => openPage(browser, `${stack.dashboard}${path}`);

describe('the page', () => {
  test('shows the speed, the queue and the coins, and moves each second', async () => {
    await using shown = await open();
    await until('a speed near 3', async () => (await shown.number('speed')) > 2, 20_000);
    expect(await shown.number('speed')).toBeLessThan(3.5);
    expect(await shown.page.getByTestId('miner').count()).toBe(1);
    const completed = await shown.number('completed');
    await until('more loops', async () => (await shown.number('completed')) > completed);
    await until('a coin', async () => (await shown.number('coins')) > 0, 30_000);
    expect(shown.complaints).toEqual([]);
  });

  test('has its plot again after a reload', async () => {
    await using shown = await open();
    const points = async () => Number(await shown.plot('data-points'));
    await until('six points', async () => (await points()) >= 6, 20_000);
    await shown.page.reload();
    await until('six points at once', async () => (await points()) >= 6, 2000);
    expect(await shown.page.locator('canvas').count()).toBe(1);
  });

  test('says when the connection is lost, comes back by itself, and fills the gap', async () => {
    await using shown = await open();
    const status = async () => await shown.page.getByRole('status').textContent();
    await until('live', async () => (await status()) === 'live');
    const pid = (await stack.pids()).get('dashboard-1') ?? NaN;
    process.kill(pid, 'SIGKILL');
    await until('lost', async () => (await status())?.includes('connection lost'));
    expect(await shown.text('speed')).toBe('–');
    await until('live again', async () => (await status()) === 'live', 20_000);
    await until('a speed again', async () => (await shown.number('speed')) > 0, 20_000);
  });

  test('says that Redis is away while it is', async () => {
    await using shown = await open();
    const status = async () => (await shown.page.getByRole('status').textContent()) ?? '';
    await until('live', async () => (await status()) === 'live');
    process.kill((await stack.pids()).get('redis') ?? NaN, 'SIGSTOP');
    await until('away', async () => (await status()).includes('Redis is unreachable'), 15_000);
    process.kill((await stack.pids()).get('redis') ?? NaN, 'SIGCONT');
    await until('live again', async () => (await status()) === 'live', 15_000);
  });

  test('loads nothing from elsewhere', async () => {
    await using shown = await open();
    const origins = await shown.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    );
    expect(new Set(origins)).toEqual(new Set([new URL(stack.dashboard).origin]));
  });
});

describe('ten tabs of the page', () => {
  const text = (tab: Tab, selector: string) =>
    tab.evaluate(`document.querySelector('${selector}')?.textContent.trim() ?? ''`);
  const number = async (tab: Tab, testId: string) =>
    Number(String(await text(tab, `[data-testid="${testId}"]`)).replaceAll(',', ''));
  const points = async (tab: Tab) =>
    Number(await tab.evaluate(`document.querySelector('[data-testid="plot"]')?.dataset.points`));

  const untilCurrent = async (tab: Tab) => {
    await until('live', async () => (await text(tab, '[role="status"]')) === 'live', 5000);
    const frame = await until('a frame', () => stack.frame());
    await until(
      'the figures of this frame',
      async () => (await number(tab, 'completed')) >= frame.loops,
      2000,
    );
  };

  test('are current when they come to the front, and an eleventh loads', async () => {
    await using tabs = new AsyncDisposableStack();
    const open = async () => tabs.use(await openTab(browser, stack.dashboard));
    const first = await open();
    await untilCurrent(first);
    let latest = first;
    for (let n = 2; n <= 11; n++) await untilCurrent((latest = await open()));

    await first.bringToFront();
    await untilCurrent(first);
    const seconds = await points(latest);
    await until('the missed seconds', async () => (await points(first)) >= seconds, 2000);
  });
});

describe('Bull Board', () => {
  test('lists the jobs, to look at only', async () => {
    await using shown = await open('/queues/queue/loops?status=completed');
    await shown.page.getByText('loop', { exact: true }).first().waitFor();
    expect(await shown.page.getByRole('button', { name: /pause|clean|retry/i }).count()).toBe(0);
  });
});
