import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keys, type ProducerReport } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue-keys';
import { readEnv } from '@dockercoins/common/service/env';
import { startTestQueue } from '../../testing/queue.ts';
import { startService } from '../../testing/service.ts';
import { until } from '../../testing/until.ts';
import { configSchema } from '../../producer/config.ts';

const { server, redis, queue } = await startTestQueue();

const added = () => redis.get(queueKeys().addedCount).then(Number);

const startProducer = (name: string, env: Record<string, string>) =>
  startService('producer/main.ts', {
    REDIS_URL: server.url,
    INSTANCE: name,
    LOG_LEVEL: 'silent',
    ...env,
  });

/** Returns the jobs added per second from one job to another, at least three seconds later. */
async function measureRate(): Promise<number> {
  const nextJob = async () => {
    const before = await added();
    await until('a job is added', async () => (await added()) > before);
    return { at: performance.now(), jobs: await added() };
  };
  const from = await nextJob();
  await sleep(3000);
  const to = await nextJob();
  return ((to.jobs - from.jobs) * 1000) / (to.at - from.at);
}

test('a fixed rate is exact, whatever the backlog, with two replicas and after the leader was killed', async () => {
  await using running = new AsyncDisposableStack();
  const env = { PRODUCER_RATE: '20', PRODUCER_BACKLOG: '1' };
  const first = await startProducer('producer-1', env);
  running.defer(() => first.kill());
  await until('it leads', async () => (await first.metric('producer_lease_held')) === 1);
  const second = running.use(await startProducer('producer-2', env));
  const rate = await measureRate();
  expect(rate).toBeGreaterThan(19);
  expect(rate).toBeLessThan(21);

  await first.kill();
  const atKill = await added();
  await until(
    'the other one leads',
    async () => (await second.metric('producer_lease_held')) === 1,
  );
  const again = await measureRate();
  expect(again).toBeGreaterThan(19);
  expect(again).toBeLessThan(21);
  expect(await added()).toBeGreaterThan(atKill);
  expect(await queue.getWaitingCount()).toBe(await added());
}, 30_000);

test('its report has a rate instead of a target, and the words for the page', async () => {
  await using producer = await startProducer('producer-1', { PRODUCER_RATE: '0.5' });
  const text = await until('it reports', async () => (await redis.get(keys.producer)) ?? undefined);
  expect(JSON.parse(text) as ProducerReport).toMatchObject({
    name: 'producer-1',
    target: null,
    variations: ['adds 0.5 jobs/s'],
  });
  expect(await producer.metric('producer_backlog_target_jobs')).toBe(0);
});

test('every third job is poison', async () => {
  await using producer = await startProducer('producer-1', {
    PRODUCER_BACKLOG: '30',
    PRODUCER_POISON_EVERY: '3',
  });
  await until('the backlog is full', async () => (await added()) === 30);
  const jobs = await queue.getWaiting();
  const poisoned = jobs.filter(({ data }) => data.poison).map(({ id }) => Number(id));
  expect(poisoned.sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  expect(await producer.metric('producer_lease_held')).toBe(1);
});

test.each([
  ['PRODUCER_RATE', '-1', 'a number from 0 to 10000'],
  ['PRODUCER_RATE', 'fast', 'a number from 0 to 10000'],
  ['PRODUCER_POISON_EVERY', '1.5', 'a whole number from 0 to 1000000'],
])('%s=%s is refused', (name, value, expected) => {
  expect(() => readEnv(configSchema, { [name]: value })).toThrow(`expected ${expected}`);
});
