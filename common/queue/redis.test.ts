import { once } from 'node:events';
import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { takeRedis } from '../../test/support/shared-redis.ts';
import { startSilentProxy, type SilentProxy } from '../../test/support/silent-proxy.ts';
import { until } from '../../tools/stack/until.ts';
import { checkRedis, failFastRedis, workerRedis, type RedisClient } from './redis.ts';
import { createLogger } from '../log/log.ts';

const server = await takeRedis();
afterAll(() => server[Symbol.asyncDispose]());

interface Options {
  login?: string;
  LOG_FORMAT?: 'text' | 'json';
}

/** Opens a connection that logs to `lines`. It is closed when the test has finished. */
function open(connect: typeof workerRedis, port: number, options: Options = {}) {
  const { login = '', LOG_FORMAT = 'text' } = options;
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk).replace(/^[\d:]+ /, ''));
      done();
    },
  });
  const log = createLogger('test', { INSTANCE: 'test', LOG_LEVEL: 'trace', LOG_FORMAT }, out);
  const redis = connect({ REDIS_URL: `redis://${login}127.0.0.1:${port}` }, log);
  onTestFinished(() => redis.disconnect());
  return { redis, log, lines };
}

/** Makes Redis reachable on this port until the test has finished, or the result is disposed of. */
async function startOn(port: number): Promise<SilentProxy> {
  const proxy = await startSilentProxy(server.port, port);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** Starts what answers like a Redis that reads its data, and never finishes. */
async function startLoadingRedis(): Promise<Disposable & { port: number }> {
  const port = await freePort();
  const info = 'loading:1\r\nloading_eta_seconds:1\r\n';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const [, command = ''] of String(data).matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        if (/info/i.test(command)) socket.write(`$${info.length}\r\n${info}\r\n`);
        else if (/client/i.test(command)) socket.write('+OK\r\n');
        else socket.write(`-ERR unknown command '${command}'\r\n`);
      }
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { port, [Symbol.dispose]: () => void server.close() };
}

const ready = (redis: RedisClient) => until('connected', () => redis.status === 'ready');
const lost = (redis: RedisClient) => until('reconnecting', () => redis.status === 'reconnecting');

describe('a fail-fast connection', () => {
  test('rejects commands at once while Redis is unreachable', async () => {
    const { redis } = open(failFastRedis, await freePort());
    await expect(redis.get('hashes')).rejects.toThrow("Stream isn't writeable");
  });

  test('works once Redis is reachable', async () => {
    const port = await freePort();
    const { redis } = open(failFastRedis, port);
    await lost(redis);
    await startOn(port);
    await ready(redis);
    expect(await redis.incr('works')).toBe(1);
  });

  test('does not run a failed command later', async () => {
    const port = await freePort();
    const { redis } = open(failFastRedis, port);
    await redis.incr('failed').catch(() => undefined);
    await startOn(port);
    await ready(redis);
    expect(await redis.get('failed')).toBeNull();
  });

  test('rejects commands after 2 s if Redis hangs', async () => {
    const port = await freePort();
    const proxy = await startOn(port);
    const { redis } = open(failFastRedis, port);
    await ready(redis);
    proxy.cut();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const rejected = expect(redis.get('hashes')).rejects.toThrow('Command timed out');
    await vi.advanceTimersByTimeAsync(2000);
    await rejected;
  });
});

describe('a worker connection', () => {
  test('holds commands until Redis is reachable', async () => {
    const port = await freePort();
    const { redis } = open(workerRedis, port);
    const reply = redis.incr('held');
    await lost(redis);
    await startOn(port);
    await ready(redis);
    expect(await reply).toBe(1);
  });

  test('holds commands during an outage', async () => {
    const port = await freePort();
    const first = await startOn(port);
    const { redis } = open(workerRedis, port);
    await redis.ping();
    await first[Symbol.asyncDispose]();
    const reply = redis.ping();
    await startOn(port);
    await ready(redis);
    expect(await reply).toBe('PONG');
  });
});

describe('checkRedis', () => {
  test('resolves if Redis replies', async () => {
    const port = await freePort();
    const { redis } = open(failFastRedis, port);
    await startOn(port);
    await ready(redis);
    await expect(checkRedis(redis)).resolves.toBeUndefined();
  });

  test('rejects at once without a connection, even on a worker connection', async () => {
    const { redis } = open(workerRedis, await freePort());
    await lost(redis);
    await expect(checkRedis(redis)).rejects.toThrow(/^not connected \(/);
  });
});

test('a connection logs one line when it is lost and one when it is restored', async () => {
  const port = await freePort();
  const first = await startOn(port);
  const { redis, lines } = open(workerRedis, port);
  await ready(redis);
  let attempts = 0;
  redis.on('reconnecting', () => attempts++);
  await first[Symbol.asyncDispose]();
  await until('several attempts have failed', () => attempts > 2);
  await startOn(port);
  await ready(redis);
  await until('the recovery is logged', () => lines.length > 2);
  const server = `Redis at 127.0.0.1:${port}`;
  expect(lines).toEqual([
    `connected to ${server}\n`,
    `warning: ${server} is unreachable, reconnecting: connect ECONNREFUSED 127.0.0.1:${port}\n`,
    `reconnected to ${server}\n`,
  ]);
});

test('a lost connection logs each new reason, and `/readyz` reports the current one', async () => {
  const port = await freePort();
  const { redis, lines } = open(failFastRedis, port, { login: 'user:wrong@' });
  const reason = () => checkRedis(redis).then(undefined, (err: unknown) => (err as Error).message);
  await until('nothing answers', async () => (await reason())?.includes('ECONNREFUSED'));
  await startOn(port);
  await until('the login is wrong', async () => (await reason())?.includes('WRONGPASS'));
  const name = `Redis at 127.0.0.1:${port}`;
  expect(lines).toEqual([
    expect.stringContaining(`${name} is unreachable, reconnecting: connect ECONNREFUSED`),
    expect.stringMatching(/ refuses commands: WRONGPASS .*Set the user and password in REDIS_URL/),
  ]);
});

test('a connection to a Redis that is reading its data says so', async () => {
  using loading = await startLoadingRedis();
  const { redis, lines } = open(failFastRedis, loading.port);
  await until('it is logged', () => lines.length > 0);
  expect(lines[0]).toContain(
    'refuses commands: LOADING Redis is loading the dataset in memory. Wait until it has read them.',
  );
  await expect(checkRedis(redis)).rejects.toThrow('LOADING');
});

describe.each(['text', 'json'] as const)('the log in format %s', (LOG_FORMAT) => {
  const login = 'user:s3cr3t@';

  test('never contains the password of an unreachable Redis', async () => {
    const { redis, lines } = open(workerRedis, await freePort(), { login, LOG_FORMAT });
    await lost(redis);
    expect(lines.join('')).toContain('is unreachable');
    expect(lines.join('')).not.toContain('s3cr3t');
  });

  test('never contains a password that Redis rejected', async () => {
    const { redis, log, lines } = open(workerRedis, server.port, { login, LOG_FORMAT });
    const err = await redis.get('hashes').catch((cause: unknown) => cause);
    log.error({ err }, 'command failed');
    log.error({ err: new Error('outer', { cause: err }) }, 'task failed');
    log.error({ err: new AggregateError([err], 'several') }, 'several commands failed');
    expect(lines.join('')).toContain('WRONGPASS');
    expect(lines.join('')).not.toContain('s3cr3t');
  });
});
