import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findLeaks } from '../../testing/leaks.ts';
import { startTestRedis } from '../../testing/redis-server.ts';

/** Returns the messages of the current leaks, which may include Vitest's own timers. */
const messages = async () => (await findLeaks(0)).map(({ message }) => message);

describe('findLeaks', () => {
  // Runs after the clean-up of each test; leaks.ts itself fails this file if anything remains.
  beforeEach(() =>
    onTestFinished(async () => {
      await findLeaks(4000);
    }),
  );

  test('finds a timer and where it was started', async () => {
    const timer = setInterval(() => undefined, 60_000);
    onTestFinished(() => clearInterval(timer));
    const leaks = await findLeaks(0);
    const startedHere = leaks.filter(({ stack }) => stack?.includes(import.meta.filename));
    expect(startedHere).toEqual([new Error('left open: timer')]);
  });

  test('ignores fake and unrefed timers', async () => {
    vi.useFakeTimers();
    setInterval(() => undefined, 60_000);
    vi.useRealTimers();
    const timer = setInterval(() => undefined, 60_000).unref();
    onTestFinished(() => clearInterval(timer));
    expect(await findLeaks(4000)).toEqual([]);
  });

  test('finds a server and both ends of a connection', async () => {
    const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    await once(server, 'connection');
    expect(await messages()).toEqual(
      expect.arrayContaining(['left open: server', 'left open: socket']),
    );
  });

  test('finds a child process', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill());
    expect(await messages()).toContain('left open: child process');
  });

  test('finds a process that outlives its parent', async () => {
    const pid = execFileSync('sh', ['-c', 'sleep 60 >/dev/null 2>&1 & echo $!'], {
      encoding: 'utf8',
    });
    onTestFinished(() => void process.kill(Number(pid)));
    expect(await messages()).toContain('still running: sleep 60');
  });

  test('finds a worker thread', async () => {
    const worker = new Worker('setInterval(() => undefined, 60_000)', { eval: true });
    onTestFinished(() => void worker.terminate());
    expect(await messages()).toContain('left open: worker thread');
  });

  test('finds a Redis and its folder', async () => {
    await using redis = await startTestRedis();
    expect(await messages()).toEqual(
      expect.arrayContaining([
        'left open: child process',
        expect.stringMatching(`^still running: .*:${redis.port}$`),
        expect.stringMatching('^not deleted: dockercoins-redis-'),
      ]),
    );
  });

  test('finds a temporary folder', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'dockercoins-leaks-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    expect(await messages()).toContainEqual(
      expect.stringMatching('^not deleted: dockercoins-leaks-'),
    );
  });

  test('waits for resources that are about to close', async () => {
    setTimeout(() => undefined, 100);
    expect(await findLeaks(4000)).toEqual([]);
  });
});
