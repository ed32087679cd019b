import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from './support/browser.ts';
import { startStackProcess, type RunningStack } from './support/stack.ts';
import { until } from './support/until.ts';

let stack: RunningStack;
let browser: Browser;

beforeAll(async () => {
  [stack, browser] = await Promise.all([startStackProcess(), startBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await stack[Symbol.asyncDispose]();
});

/** Opens the page and collects what the browser complains about. */
async function open(path = '/'): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (err) => complaints.push(err.message));
  await page.goto(`${stack.dashboard}${path}`);
  return { page, complaints };
}

const numberIn = async (page: Page, name: string) => {
  const text = (await page.getByTestId(name).textContent()) ?? '';
  return text === '' ? NaN : Number(text.replaceAll(',', ''));
};
const pointsIn = async (page: Page) =>
  Number(await page.getByTestId('plot').getAttribute('data-points'));

describe('the page', () => {
  test('shows the speed, the miners and the queue, and moves each second', async () => {
    const { page, complaints } = await open();
    await until('a speed near 3', async () => (await numberIn(page, 'speed')) > 2, 20_000);
    expect(await numberIn(page, 'speed')).toBeLessThan(3.5);
    expect(await numberIn(page, 'miners')).toBe(1);
    const loops = await numberIn(page, 'loops');
    await until('more loops', async () => (await numberIn(page, 'loops')) > loops);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('has its plot again after a reload', async () => {
    const { page } = await open();
    await until('six points', async () => (await pointsIn(page)) >= 6, 20_000);
    await page.reload();
    await until('six points at once', async () => (await pointsIn(page)) >= 6, 2000);
    expect(await page.locator('canvas').count()).toBe(1);
    await page.close();
  });

  test('says when the connection is lost, and comes back by itself', async () => {
    const { page } = await open();
    const status = page.getByRole('status');
    await until('live', async () => (await status.textContent()) === 'live');
    const pid = (await stack.pids()).get('dashboard-1') ?? NaN;
    process.kill(pid, 'SIGKILL');
    await until('lost', async () => (await status.textContent())?.includes('connection lost'));
    expect(await page.getByTestId('speed').textContent()).toBe('–');
    await until('live again', async () => (await status.textContent()) === 'live', 20_000);
    await until('a speed again', async () => (await numberIn(page, 'speed')) > 0, 20_000);
    await page.close();
  });

  test('loads nothing from elsewhere', async () => {
    const { page } = await open();
    const hosts = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    );
    expect(new Set(hosts)).toEqual(new Set([new URL(stack.dashboard).origin]));
    await page.close();
  });
});

describe('Bull Board', () => {
  test('lists the jobs, to look at only', async () => {
    const { page } = await open('/queues/queue/loops?status=completed');
    await page.getByText('loop', { exact: true }).first().waitFor();
    expect(await page.getByRole('button', { name: /pause|clean|retry/i }).count()).toBe(0);
    await page.close();
  });
});
