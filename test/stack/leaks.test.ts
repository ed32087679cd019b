import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { findLeaks } from '../support/leaks.ts';
import { startTestRedis } from '../../tools/stack/redis-server.ts';
import { LIMIT_MS } from '../../tools/stack/until.ts';

/** Returns the messages of the current leaks, which may include Vitest's own timers. */
const messages = async () => (await findLeaks(0)).map(({ message }) => message);

/** Starts a process whose parent has exited. Returns its id, once it is no longer a shell. */
function startOrphan(): number {
  const script =
    'sleep 600 >/dev/null 2>&1 & until grep -q ^sleep /proc/$!/cmdline; do :; done; echo $!';
  return Number(execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
}

describe('findLeaks', () => {
  // Runs after the clean-up of each test; leaks.ts itself fails this file if anything remains.
  beforeEach(() =>
    onTestFinished(async () => {
      await findLeaks(LIMIT_MS);
    }),
  );

  test('finds a timer and where it was started', async () => {
    const timer = setInterval(() => undefined, 60_000);
    onTestFinished(() => clearInterval(timer));
    const leaks = await findLeaks(0);
    const startedHere = leaks.filter(({ stack }) => stack?.includes(import.meta.filename));
    expect(startedHere).toEqual([
      new Error('left open by "findLeaks > finds a timer and where it was started": timer'),
    ]);
  });

  test('ignores fake and unrefed timers', async () => {
    vi.useFakeTimers();
    setInterval(() => undefined, 60_000);
    vi.useRealTimers();
    const timer = setInterval(() => undefined, 60_000).unref();
    onTestFinished(() => clearInterval(timer));
    expect(await findLeaks(LIMIT_MS)).toEqual([]);
  });

  test('finds a server and both ends of a connection', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    await once(server, 'connection');
    const found = (await messages()).filter((message) => /: (server|socket)$/.test(message));
    const origin = 'left open by "findLeaks > finds a server and both ends of a connection"';
    expect(found.sort()).toEqual([`${origin}: server`, `${origin}: socket`, `${origin}: socket`]);
  });

  test('finds a child process', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill());
    expect(await messages()).toContain(
      'left open by "findLeaks > finds a child process": child process',
    );
  });

  test('finds a worker thread', async () => {
    const worker = new Worker('setInterval(() => undefined, 60_000)', { eval: true });
    onTestFinished(() => void worker.terminate());
    expect(await messages()).toContain(
      'left open by "findLeaks > finds a worker thread": worker thread',
    );
  });

  test('finds a Redis and its folder', async () => {
    await using redis = await startTestRedis();
    expect(await messages()).toEqual(
      expect.arrayContaining([
        'left open by "findLeaks > finds a Redis and its folder": child process',
        expect.stringMatching(`^left running .*:${redis.port}$`),
        expect.stringMatching('^not deleted .*: dockercoins-redis-'),
      ]),
    );
  });

  test('waits for resources that are about to close', async () => {
    setTimeout(() => undefined, 100);
    expect(await findLeaks(LIMIT_MS)).toEqual([]);
  });
});

describe('findLeaks, in a later test,', () => {
  const leftovers = new DisposableStack();
  afterAll(() => leftovers.dispose());
  const leave = () => {
    leftovers.adopt(startOrphan(), (pid) => process.kill(pid));
    const folder = mkdtempSync(join(tmpdir(), 'dockercoins-leaks-'));
    leftovers.adopt(folder, (path) => rmSync(path, { recursive: true }));
    return folder;
  };
  beforeAll(() => void leave());
  let folder = '';

  test('is to find a folder, and a process that has outlived its parent', () => {
    folder = leave();
  });

  test('names the test that left them, or none if it was outside tests', async () => {
    const found = (await messages()).filter((message) => !message.startsWith('left open'));
    const origin =
      'by "findLeaks, in a later test, > is to find a folder, and a process that has outlived its parent"';
    expect(found.sort()).toEqual([
      `left running ${origin}: sleep 600`,
      'left running outside tests: sleep 600',
      `not deleted ${origin}: ${basename(folder)}`,
      expect.stringMatching('^not deleted outside tests: dockercoins-leaks-'),
    ]);
  });
});
