import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { queueKey } from '@dockercoins/common/queue/queue-keys';
import { keys } from '@dockercoins/common/contract';
import { openQueue } from '@dockercoins/common/queue/queue';
import { RedisClock } from '@dockercoins/common/queue/redis-clock';
import { recordingLog } from '../tools/stack/log.ts';
import { patientRedis } from '../test/support/patient-redis.ts';
import { takeRedis, type SharedRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { Lease } from './lease.ts';
import { Producer } from './producer.ts';

let server: SharedRedis;
let admin: Redis;
let running: AsyncDisposableStack;
beforeEach(async () => {
  running = new AsyncDisposableStack();
  server = running.use(await takeRedis());
  admin = running.adopt(new Redis(server.url), (it) => it.disconnect());
});
afterEach(() => running.disposeAsync());

async function start(name: string, url = server.url) {
  const { log, lines } = recordingLog();
  const redis = running.adopt(await patientRedis(url), (it) => it.disconnect());
  const clock = new RedisClock();
  const lease = new Lease({ redis, key: keys.lease, holder: name, ttlMs: 2000, clock });
  const queue = running.adopt(openQueue(redis, log), (it) => it.close());
  const producer = new Producer({ queues: [queue], lease, clock, backlog: 20, log });
  const stop = new AbortController();
  const done = producer.run(stop.signal);
  running.defer(() => {
    stop.abort();
    return done;
  });
  return { producer, warnings: () => lines.filter((line) => line.startsWith('warning: ')) };
}

function isReady(producer: Producer): boolean {
  try {
    producer.check();
    return true;
  } catch {
    return false;
  }
}

const notReady = (producer: Producer) =>
  until('the producer is not ready', () => !isReady(producer));

const waiting = () => admin.llen(queueKey('wait'));
const fill = (size: string) => admin.config('SET', 'maxmemory', size);

test('a leader whose Redis is full warns once, is not ready, and refills once there is room', async () => {
  const { producer, warnings } = await start('producer-1');
  await until('the queue is full', async () => (await waiting()) === 20);
  await fill('1');
  await admin.ltrim(queueKey('wait'), 0, 9);
  await notReady(producer);
  expect(() => producer.check()).toThrow(/^OOM /);
  expect(warnings()).toEqual([
    expect.stringMatching(/^warning: cannot refill the queue: OOM .* Raise its maxmemory, or /),
  ]);
  await fill('0');
  await until('the queue is full again', async () => (await waiting()) === 20);
  await until('it is ready', () => isReady(producer));
  expect(warnings()).toHaveLength(1);
});

test('a leader without permission to add jobs lets another replica lead', async () => {
  await admin.call('ACL', 'SETUSER', 'mute', 'on', '>p', '~*', '&*', '+@all', '-xadd');
  running.defer(() => admin.call('ACL', 'DELUSER', 'mute').then(() => undefined));
  const { producer } = await start('mute', server.url.replace('//', '//mute:p@'));
  await notReady(producer);
  expect(() => producer.check()).toThrow(/NOPERM|can't run this command|permissions/);
  const { producer: other } = await start('producer-2');
  await until('the other replica refills', async () => (await waiting()) === 20);
  await until('it is ready', () => isReady(other));
});
