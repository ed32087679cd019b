/**
 * The configurations in docs/operations.md, with real proxies that compress all they can.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { freePort } from '../support/free-port.ts';
import { lanAddress } from '../support/lan-address.ts';
import { openPage } from '../../tools/stack/open-page.ts';
import { statusOf } from '../support/page-status.ts';
import { connectBrowser } from '../support/shared-browser.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const LOGIN = { httpCredentials: { username: 'admin', password: 'secret' } };

/** Who may pass a proxy that has a login of its own. */
const USERS = ['alice:wonderland', 'admin:secret'];
const ALICE = { httpCredentials: { username: 'alice', password: 'wonderland' } };

/** How each proxy is run: its command, given a file, and the content of that file, given the documented part. */
const PROXIES: Record<
  string,
  { command: (file: string) => string[]; config: (part: string) => string }
> = {
  caddy: {
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
    config: (part) => `{\nadmin off\n}\n${part.replace('{', '{\nencode gzip')}`,
  },
  nginx: {
    command: (file) => ['nginx', '-c', file],
    config: (part) => `daemon off; user root; pid FOLDER/pid; error_log stderr; events {}
      http { access_log off; gzip on; gzip_types *; gzip_proxied any; ${part} }`,
  },
  haproxy: {
    command: (file) => ['haproxy', '-W', '-db', '-f', file],
    config: (part) => `defaults
      compression algo gzip
      timeout connect 5s
      timeout client 1m
      timeout server 1m
      ${part}\n`,
  },
  apache: {
    command: (file) => ['apache2', '-D', 'FOREGROUND', '-f', file],
    config: (part) => `ServerName localhost
      ServerRoot /etc/apache2
      PidFile FOLDER/pid
      ErrorLog FOLDER/error.log
      ${['mpm_event', 'authz_core', 'filter', 'deflate', 'proxy', 'proxy_http'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
      SetOutputFilter DEFLATE
      Listen PORT
      ${part}\n`,
  },
};

/** The documented configuration of each proxy. */
const parts = new Map<string, string>();
const running = new AsyncDisposableStack();
let stack: RunningStack;
let browser: Browser;
beforeAll(async () => {
  const text = await readFile('docs/operations.md', 'utf8');
  for (const [, name = '', part = ''] of text.matchAll(/```(\w+)\n([\s\S]*?)```/g)) {
    parts.set(name, part);
  }
  browser = running.adopt(await connectBrowser(), (it) => it.close());
  stack = running.use(
    await startStackProcess({ env: { BOARD_PASSWORD: LOGIN.httpCredentials.password } }),
  );
  await until('the stack mines', async () => ((await stack.frame())?.speed ?? 0) > 0);
});
afterAll(() => running.disposeAsync());

/** Starts a proxy on a free port. Resolves to its port once it responds. */
async function startProxy(name: string, change = (part: string) => part) {
  const { command, config } = PROXIES[name] as (typeof PROXIES)[string];
  await using starting = new AsyncDisposableStack();
  const folder = starting.adopt(await mkdtemp(join(tmpdir(), 'dockercoins-proxy-')), (it) =>
    rm(it, { recursive: true }),
  );
  const port = String(await freePort());
  const part = change(parts.get(name) ?? '')
    .replaceAll('127.0.0.1:8000', new URL(stack.dashboard).host)
    .replaceAll('8080', port);
  const file = join(folder, 'config');
  await writeFile(
    join(folder, 'users'),
    USERS.map((user) => user.replace(':', ':{PLAIN}')).join('\n'),
  );
  await writeFile(file, config(part).replaceAll('FOLDER', folder).replaceAll('PORT', port));
  const [program = '', ...args] = command(file);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'spawn');
  starting.defer(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const isUp = () =>
    fetch(`http://localhost:${port}/json`).then(
      () => true,
      () => false,
    );
  await until(`${name} responds`, () => {
    expect(child.exitCode).toBeNull();
    return isUp();
  });
  const started = starting.move();
  return { port, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

const at = (text: string) => (JSON.parse(text) as Frame).at;

describe.each(Object.keys(PROXIES))('behind %s', (name) => {
  let port: string;
  const proxies = new AsyncDisposableStack();
  beforeAll(async () => void ({ port } = proxies.use(await startProxy(name))));
  afterAll(() => proxies.disposeAsync());

  describe.each(['', '/coins'])('at "%s/",', (path) => {
    const urlOf = (host: string) => `http://${host}:${port}${path}`;

    test('each frame arrives before the next one is made', async () => {
      const headers = { 'Accept-Encoding': 'gzip, br, zstd' };
      const client = new AbortController();
      const { body } = await fetch(`${urlOf('localhost')}/api/events`, {
        headers,
        signal: client.signal,
      });
      let inTime = 0;
      let received = '';
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        received += text;
        const events = received.split('\n\n');
        received = events.pop() ?? ''; // a proxy may pass on half of an event
        const newest = events.at(-1);
        if (newest === undefined) continue;
        const latest = at(await (await fetch(`${stack.dashboard}/api/frame`)).text());
        inTime = at(newest.slice('data: '.length)) === latest ? inTime + 1 : 0;
        if (inTime === 3) break;
      }
      client.abort();
      expect(inTime).toBe(3);
    });

    test.each(['/', '/?wall'])('%s is live', async (page) => {
      await using shown = await openPage(browser, `${urlOf('localhost')}${page}`);
      await until('the page is live', async () => (await statusOf(shown)) === 'live');
      await until('the history is loaded', async () => Number(await shown.plot('data-points')) > 1);
      expect(shown.problems).toEqual([]);
    });

    test('the workshop opens', async () => {
      await using shown = await openPage(browser, `${urlOf('localhost')}/workshop`);
      await shown.page.getByRole('heading', { name: 'Workshop' }).waitFor();
      expect(shown.problems).toEqual([]);
    });

    test('Bull Board shows jobs', async () => {
      const jobs = `${urlOf('localhost')}/queues/queue/loops?status=completed`;
      await using shown = await openPage(browser, jobs, LOGIN);
      await shown.page.getByText('loop', { exact: true }).first().waitFor();
      expect(shown.problems).toEqual([]);
    });

    test('changes are accepted over plain HTTP, where browsers send no Sec-Fetch-Site', async () => {
      await using shown = await openPage(browser, `${urlOf(lanAddress())}/`, LOGIN);
      const { page } = shown;
      const isPaused = async () => (await stack.frame())?.queue.paused;
      await page.getByRole('button', { name: 'Pause the queue' }).click();
      await until('the queue is paused', isPaused);
      const change = (method: string, action: string, body?: object) =>
        page.evaluate(async ([path, init]) => (await fetch(path, init)).status, [
          `queues/api/queues/loops/${action}`,
          {
            method,
            ...(body && { body: JSON.stringify(body) }),
            headers: body ? { 'Content-Type': 'application/json' } : {},
          },
        ] as const);
      const job = { name: 'loop', data: {}, options: {} };
      expect(await change('POST', 'add', job)).toBe(200);
      expect(await change('PUT', 'retry/failed')).toBe(200);
      expect(await change('PUT', 'clean/completed')).toBe(200);
      expect(await change('PUT', 'resume')).toBe(200);
      await until('the queue is resumed', async () => (await isPaused()) === false);
      expect(shown.problems).toEqual([]);
    });
  });
});

/** How a proxy gets a login of its own, and how it passes on that of Bull Board. */
const LOGINS: Record<string, (part: string, authorization?: string) => string> = {
  nginx: (part, authorization) =>
    part.replace(
      'listen 8080;',
      `listen 8080; auth_basic class; auth_basic_user_file FOLDER/users;
      ${authorization ? `proxy_set_header Authorization "${authorization}";` : ''}`,
    ),
  haproxy: (part, authorization) =>
    `userlist class
      ${USERS.map((user) => `user ${user.replace(':', ' insecure-password ')}`).join('\n')}
      ${part.replace(
        'default_backend',
        `http-request auth unless { http_auth(class) }
        ${authorization ? `http-request set-header Authorization "${authorization}"` : ''}
        default_backend`,
      )}`,
};

describe.each(Object.entries(LOGINS))('behind %s with a login of its own,', (name, withLogin) => {
  const board = '/queues/queue/loops?status=completed';

  test('the page is live for all users, and Bull Board opens for its own', async () => {
    await using proxy = await startProxy(name, withLogin);
    const origin = `http://localhost:${proxy.port}`;
    await using shown = await openPage(browser, `${origin}/`, ALICE);
    await until('the page is live', async () => (await statusOf(shown)) === 'live');
    expect(shown.problems).toEqual([]);
    await using refused = await openPage(browser, `${origin}${board}`, ALICE);
    await refused.page.getByText('admin').waitFor();
    await using jobs = await openPage(browser, `${origin}${board}`, LOGIN);
    await jobs.page.getByText('loop', { exact: true }).first().waitFor();
    expect(jobs.problems).toEqual([]);
  });

  test('Bull Board opens for all users if the proxy sends its login', async () => {
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    await using proxy = await startProxy(name, (part) => withLogin(part, authorization));
    const url = `http://localhost:${proxy.port}${board}`;
    await using jobs = await openPage(browser, url, ALICE);
    await jobs.page.getByText('loop', { exact: true }).first().waitFor();
    expect(jobs.problems).toEqual([]);
    expect((await fetch(url)).status).toBe(401);
  });
});
