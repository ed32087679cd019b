import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBrowser } from '../testing/browser.ts';
import { openPage } from '../testing/open-page.ts';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

const PASSWORD = 'a password for this test';
const LOGIN = { httpCredentials: { username: 'admin', password: PASSWORD } };

let browser: Browser;
let open: RunningStack;
let locked: RunningStack;
beforeAll(async () => {
  [browser, open] = await Promise.all([startBrowser(), startStackProcess()]);
  // On all addresses, as where a trainer shows it.
  locked = await startStackProcess({
    env: { BOARD_PASSWORD: PASSWORD, LISTEN_HOST: '0.0.0.0', LOG_LEVEL: 'trace' },
  });
});
afterAll(async () => {
  await browser.close();
  await open[Symbol.asyncDispose]();
  await locked[Symbol.asyncDispose]();
});

/** The first address of this machine that others see. */
function lanAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((it) => it ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('this machine has no address but its own');
  return found.address;
}

const atLan = (address: string) => address.replace('localhost', lanAddress());

/** Opens an address and keeps an eye on it: nothing may be asked of others, nothing fail, nothing be complained about. */
async function openWatched(url: string, options: BrowserContextOptions = {}) {
  const shown = await openPage(browser, 'about:blank', options);
  const foreign: string[] = [];
  const failed: string[] = [];
  shown.page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'blob:') foreign.push(request.url());
  });
  shown.page.on('requestfailed', (request) => {
    failed.push(`${request.url()} ${request.failure()?.errorText}`);
  });
  await shown.page.goto(url);
  const expectClean = () =>
    expect({ foreign, failed, complaints: shown.complaints }).toEqual({
      foreign: [],
      failed: [],
      complaints: [],
    });
  return { ...shown, expectClean };
}

describe('under its policy, without a complaint of the browser,', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.each([
      ['localhost', () => open.dashboard],
      ['the address that others see', () => atLan(locked.dashboard)],
    ])(`the page works at %s, ${colorScheme}`, async (_where, address) => {
      await using shown = await openWatched(`${address()}/?classic`, { colorScheme });
      const { page } = shown;
      await until('points', async () => Number(await shown.plot('data-points')) > 3, 20_000);
      await page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
      await until('a speed', async () => (await shown.number('speed')) > 0, 20_000);
      for (const theme of ['dark', 'light', 'system']) {
        await page.getByLabel('Theme').selectOption(theme);
      }
      // What styles of elements draw: the busy part of the miner, the shares of a loop's time.
      const bars = await page.locator('.bar span').all();
      const boxes = await Promise.all(bars.map((bar) => bar.boundingBox()));
      const widths = boxes.map((box) => box?.width ?? 0);
      expect(Math.max(...widths)).toBeGreaterThan(10);
      await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'PNG' }).click(),
      ]);
      shown.expectClean();
    });
  }

  test('the page works on the wall', async () => {
    await using shown = await openWatched(`${open.dashboard}/?wall`);
    await until('a speed', async () => (await shown.number('speed')) > 0, 20_000);
    shown.expectClean();
  });

  test.each([
    ['to look at only', () => open.dashboard, {}],
    ['with login', () => locked.dashboard, LOGIN],
    ['with login, at the address that others see', () => atLan(locked.dashboard), LOGIN],
  ])('Bull Board lists jobs and shows one: %s', async (_how, address, options) => {
    await using shown = await openWatched(
      `${address()}/queues/queue/loops?status=completed`,
      options,
    );
    const { page } = shown;
    await page.locator('a[href*="/queue/loops/"]').first().click();
    await page.waitForURL(/queue\/loops\/\d+/);
    await until('one job', async () => (await page.getByText('returnValue').count()) === 1);
    shown.expectClean();
  });
});

describe('the queue is paused', () => {
  const isPaused = async () => (await locked.frame())?.queue.paused;

  test.each([
    ['localhost', () => locked.dashboard],
    ['the address that others see', () => atLan(locked.dashboard)],
  ])('by the page with login, at %s', async (_where, address) => {
    await using shown = await openWatched(address(), LOGIN);
    await shown.page.getByRole('button', { name: 'Pause' }).click();
    await until('paused', isPaused);
    await shown.page.getByRole('button', { name: 'Resume' }).click();
    await until('resumed', async () => (await isPaused()) === false);
    shown.expectClean();
  });

  test('by Bull Board with login', async () => {
    await using shown = await openWatched(`${locked.dashboard}/queues/queue/loops`, LOGIN);
    const put = (what: string) =>
      shown.page.evaluate(
        async (path) => (await fetch(path, { method: 'PUT' })).status,
        `/queues/api/queues/loops/${what}`,
      );
    expect(await put('pause')).toBe(200);
    await until('paused', isPaused);
    expect(await put('resume')).toBe(200);
    await until('resumed', async () => (await isPaused()) === false);
    shown.expectClean();
  });

  test.each(['localhost', '127.0.0.1'])(
    'by no page of another origin, on %s, with the login that the browser remembers',
    async (host) => {
      const elsewhere = createServer((_request, answer) => {
        answer.setHeader('Content-Type', 'text/html');
        answer.end(`<form method="post" action="${locked.dashboard}/api/queue/pause"><button>`);
      }).listen(0);
      await once(elsewhere, 'listening');
      onTestFinished(() => elsewhere.close().closeAllConnections());
      const { port } = elsewhere.address() as AddressInfo;

      await using shown = await openPage(browser, `${locked.dashboard}/queues`, LOGIN);
      await shown.page.goto(`http://${host}:${port}`);
      await shown.page.getByRole('button').click();
      await shown.page.getByText('cross-origin request refused: expected origin').waitFor();
      expect(await isPaused()).toBe(false);
    },
  );
});

test('the password stands in no line, right or wrong', async () => {
  const attempt = (password: string) =>
    fetch(`${locked.dashboard}/queues`, {
      headers: { Authorization: `Basic ${btoa(`admin:${password}`)}` },
    });
  expect((await attempt(PASSWORD)).status).toBe(200);
  expect((await attempt('something wrong')).status).toBe(401);
  const lines = locked.lines.join('\n');
  for (const secret of [PASSWORD, 'something wrong']) {
    expect(lines).not.toContain(secret);
    expect(lines).not.toContain(btoa(`admin:${secret}`));
  }
});
