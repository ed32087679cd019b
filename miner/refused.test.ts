import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { recordingLog } from '../tools/stack/log.ts';
import { startTestQueue } from '../test/support/queue.ts';
import { until } from '../tools/stack/until.ts';
import { connectWorker, rngWith, startTestWorker } from '../test/support/worker.ts';

const { server, redis, queue } = await startTestQueue();

let running: AsyncDisposableStack;
beforeEach(() => void (running = new AsyncDisposableStack()));
afterEach(() => running.disposeAsync());

const rng = rngWith();

/** For the worker's user. */
const url = server.url.replace('//', '//worker:secret@');

/** Takes permissions from the worker's user, and gives them back. */
const denied = (...rules: string[]) => ({
  begin: () => redis.call('ACL', 'SETUSER', 'worker', ...rules),
  end: () => redis.call('ACL', 'SETUSER', 'worker', '+@all'),
});

const REFUSALS = {
  OOM: {
    begin: () => redis.config('SET', 'maxmemory', '1'),
    end: () => redis.config('SET', 'maxmemory', '0'),
  },
  READONLY: {
    begin: () => redis.call('REPLICAOF', '127.0.0.1', '1'), // nothing listens there, so the data stays
    end: () => redis.call('REPLICAOF', 'NO', 'ONE'),
  },
  'NOPERM for all scripts': denied('-evalsha', '-eval'),
  'NOPERM for one command of a script': denied('-rpoplpush'),
  'NOPERM for blocking reads': denied('-bzpopmin'),
};

/** Returns how often Redis was asked to run one of BullMQ's scripts, or to wait for a job. */
async function attempts(): Promise<number> {
  const stats = (await redis.info('commandstats')).matchAll(
    /^cmdstat_(?:evalsha|eval|bzpopmin):calls=(\d+),.*rejected_calls=(\d+)/gm,
  );
  return stats.reduce((sum, [, calls, rejected]) => sum + Number(calls) + Number(rejected), 0);
}

describe.each(Object.entries(REFUSALS))('while Redis replies %s, a worker', (_name, refusal) => {
  test('tries at most five times a second, warns once, and goes on when it is over', async () => {
    await redis.call('ACL', 'SETUSER', 'worker', 'reset', 'on', '>secret', '~*', '&*', '+@all');
    onTestFinished(() => void refusal.end());
    const { log, lines } = recordingLog();
    const connection = connectWorker(running, url, log);
    const warnings = () => lines.filter((line) => line.startsWith('warning'));
    const { stats } = await startTestWorker(running, {
      redis: connection,
      rng,
      log,
      concurrency: 4,
    });
    await queue.add(JOB_NAME, {});
    await until('a first loop is done', () => stats.loops === 1);
    await queue.add(JOB_NAME, {}, { delay: 3_600_000 }); // until then, BullMQ would sleep if a marker is lost

    await refusal.begin();
    await queue.add(JOB_NAME, {}).catch(() => undefined); // Redis may refuse that, too
    await until('a warning says so', () => warnings().length > 0);
    const before = await attempts();
    const began = performance.now();
    await sleep(2000);
    const perSecond = ((await attempts()) - before) / ((performance.now() - began) / 1000);
    expect(perSecond).toBeLessThanOrEqual(5);
    expect(warnings()).toEqual([expect.stringMatching(/\. (Raise|Set|Give) /)]);

    await refusal.end();
    if ((await queue.getWaitingCount()) === 0) await queue.add(JOB_NAME, {});
    await until('mining goes on', () => stats.loops >= 2);
    await until('a line says so', () => lines.some((line) => line.startsWith('recovered')));
  });
});

test('a worker whose first command Redis refuses is unusable, and says why', async () => {
  await redis.call(
    'ACL',
    'SETUSER',
    'worker',
    'reset',
    'on',
    '>secret',
    '~*',
    '&*',
    '+@all',
    '-info',
  );
  const connection = connectWorker(running, url);
  const reasons: string[] = [];
  const onUnusable = (reason: string) => void reasons.push(reason);
  const { stop } = await startTestWorker(running, { redis: connection, rng, onUnusable });
  await until('it says so', () => reasons.length > 0);
  expect(reasons).toEqual([expect.stringMatching(/^the worker cannot start: NOPERM /)]);
  await stop();
});

test('a coin that was found uses up no attempt while Redis refuses it, and is stored afterwards', async () => {
  const connection = connectWorker(running, server.url);
  const eval_ = connection.eval.bind(connection);
  const full = Promise.withResolvers<undefined>();
  // Redis is full as soon as the coin is claimed.
  connection.eval = (async (...args: Parameters<Redis['eval']>) => {
    const reply = await eval_(...args);
    if (args.includes(queue.toKey('1'))) {
      await redis.config('SET', 'maxmemory', '1');
      full.resolve(undefined);
    }
    return reply;
  }) as Redis['eval'];
  const { log, lines } = recordingLog();
  const { stats } = await startTestWorker(running, { redis: connection, rng, log });
  await queue.add(JOB_NAME, {}, { attempts: 1 });
  await full.promise;
  await until('it says why', () => lines.some((line) => line.includes('cannot store a coin: OOM')));
  expect(await redis.exists(keys.wallet)).toBe(0);
  await redis.config('SET', 'maxmemory', '0');
  await until('the loop is done', () => stats.loops === 1);
  expect(await redis.hkeys(keys.wallet)).toEqual(['0a'.repeat(32)]);
  expect(await redis.llen(keys.coins)).toBe(1);
  expect(stats).toMatchObject({ coins: 1, errors: 0 });
});
