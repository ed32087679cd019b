/**
 * What docs/security.md promises about a dashboard with a password, in a real browser, also on a LAN address.
 * `test/page/security.test.ts` has one without a password.
 * @module
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../support/http-server.ts';
import { lanAddress } from '../support/lan-address.ts';
import { connect } from '../../tools/stack/deployment/connect.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { expectBoardShowsJobs, expectPageWorks } from '../support/policy.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const PASSWORD = 'a password for this test';
const basicAuth = (password: string) => ({ Authorization: `Basic ${btoa(`admin:${password}`)}` });
const LOGIN = { httpCredentials: { username: 'admin', password: PASSWORD } };

const running = new AsyncDisposableStack();
let browser: Browser;
let locked: RunningStack;
beforeAll(async () => {
  browser = running.adopt(await connectBrowser(), (it) => it.close());
  locked = running.use(
    await startStackProcess({
      env: { BOARD_PASSWORD: PASSWORD, LISTEN_HOST: '0.0.0.0', LOG_LEVEL: 'trace' },
    }),
  );
});
afterAll(() => running.disposeAsync());

/** Returns the URL under which other machines reach the same page. */
const fromLan = (url: string) => url.replace('localhost', lanAddress());

describe('without violating the security policy,', () => {
  test.each(['light', 'dark'] as const)(
    'the page works on a LAN address, %s',
    async (colorScheme) => {
      const url = `${fromLan(locked.dashboard)}/?classic`;
      await using shown = await openPage(browser, url, { colorScheme });
      await expectPageWorks(shown);
    },
  );

  test.each([
    ['localhost', () => locked.dashboard],
    ['a LAN address', () => fromLan(locked.dashboard)],
  ])('Bull Board lists jobs and shows one with a login on %s', async (_host, url) => {
    const jobs = `${url()}/queues/queue/loops?status=completed`;
    await using shown = await openPage(browser, jobs, LOGIN);
    await expectBoardShowsJobs(shown);
  });
});

describe('pausing the queue', () => {
  const isPaused = async () => (await locked.frame())?.queue.paused;

  test.each([
    ['localhost', () => locked.dashboard],
    ['a LAN address', () => fromLan(locked.dashboard)],
  ])('works on the page with a login on %s', async (_host, url) => {
    await using shown = await openPage(browser, url(), LOGIN);
    await shown.page.getByRole('button', { name: 'Pause the queue' }).click();
    await until('the queue is paused', isPaused);
    await until('the page says so', async () =>
      (await shown.page.getByTestId('problem').allTextContents()).some((text) =>
        text.includes('The queue is paused'),
      ),
    );
    await until('mining has stopped', async () => (await shown.text('speed')) === '0.0');
    await shown.page.getByRole('button', { name: 'Resume the queue' }).click();
    await until('the queue is resumed', async () => (await isPaused()) === false);
    await until('mining continues', async () => (await shown.number('speed')) > 2);
    expect(shown.problems).toEqual([]);
  });

  test('works on Bull Board with a login', async () => {
    await using shown = await openPage(browser, `${locked.dashboard}/queues/queue/loops`, LOGIN);
    const put = (action: string) =>
      shown.page.evaluate(
        async (path) => (await fetch(path, { method: 'PUT' })).status,
        `/queues/api/queues/loops/${action}`,
      );
    expect(await put('pause')).toBe(200);
    await until('the queue is paused', isPaused);
    expect(await put('resume')).toBe(200);
    await until('the queue is resumed', async () => (await isPaused()) === false);
    expect(shown.problems).toEqual([]);
  });

  test.each(['/api/queue/pause', '/api/queue/resume', '/api/notes', '/api/reset'])(
    'is refused without a login, like every other change: %s',
    async (path) => {
      const response = await fetch(`${locked.dashboard}${path}`, { method: 'POST' });
      expect(response.status).toBe(401);
    },
  );

  test('cannot be seen in Bull Board without a login', async () => {
    expect((await fetch(`${locked.dashboard}/queues`)).status).toBe(401);
  });

  test('is refused from another site', async () => {
    const response = await fetch(`${locked.dashboard}/api/queue/pause`, {
      method: 'POST',
      headers: {
        ...basicAuth(PASSWORD),
        Origin: 'http://elsewhere.example',
        'Sec-Fetch-Site': 'cross-site',
      },
    });
    expect(response.status).toBe(403);
  });

  test.each(['localhost', '127.0.0.1'])(
    'is refused from another origin on %s, although the browser sends the login',
    async (host) => {
      await using attacker = await startServer((_request, response) => {
        response.setHeader('Content-Type', 'text/html');
        response.end(`<form method="post" action="${locked.dashboard}/api/queue/pause"><button>`);
      });
      await using shown = await openPage(browser, `${locked.dashboard}/queues`, LOGIN);
      await shown.page.goto(`http://${host}:${attacker.port}`);
      await shown.page.getByRole('button').click();
      await shown.page.getByText('cross-origin request refused: expected origin').waitFor();
      await using connections = connect({ redisUrl: locked.redis });
      expect(await connections.queue.isPaused()).toBe(false);
    },
  );
});

describe('on the page with a login', () => {
  test('a note appears as a mark on the plot', async () => {
    await using shown = await openPage(browser, locked.dashboard, LOGIN);
    await shown.page.getByRole('textbox', { name: /note/i }).fill('before lunch');
    await shown.page.getByRole('textbox', { name: /note/i }).press('Enter');
    await until('the plot has the mark', async () =>
      (await shown.plot('data-marks')).includes('before lunch'),
    );
    expect(shown.problems).toEqual([]);
  });

  test('a reset asks first, then starts from zero and goes on mining', async () => {
    await using shown = await openPage(browser, locked.dashboard, LOGIN);
    await until('loops are shown', async () => (await shown.number('completed')) > 10);
    const before = await shown.number('completed');
    await shown.page.getByLabel(/enter your guess/).fill('33');
    await shown.page.getByRole('button', { name: 'Guess', exact: true }).click();
    await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).click();
    await shown.page.getByRole('button', { name: /reset/i }).click();
    await shown.page.getByRole('button', { name: /delete|yes|really/i }).click();
    await until('the count starts again', async () => (await shown.number('completed')) < before);
    await until('mining goes on', async () => (await shown.number('speed')) > 2);
    expect(await shown.plot('data-marks')).not.toContain('before lunch');
    expect(await shown.page.getByRole('button', { name: 'Reveal the bottleneck' }).count()).toBe(1);
    await shown.page.getByLabel(/enter your guess/).waitFor(); // the earlier guess is gone
    expect(shown.problems).toEqual([]);
  });
});

test('no log line contains a password, right or wrong', async () => {
  const statusFor = async (password: string) =>
    (await fetch(`${locked.dashboard}/queues`, { headers: basicAuth(password) })).status;
  expect(await statusFor(PASSWORD)).toBe(200);
  expect(await statusFor('something wrong')).toBe(401);
  const lines = locked.lines.join('\n');
  for (const secret of [PASSWORD, 'something wrong']) {
    expect(lines).not.toContain(secret);
    expect(lines).not.toContain(btoa(`admin:${secret}`));
  }
});
