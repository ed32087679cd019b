import { UnrecoverableError, Worker } from 'bullmq';
import { Registry } from 'prom-client';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { listen } from '@dockercoins/common/service/listen';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';
import { recordingLog, silentLog } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';
import { Broadcast } from './broadcast.ts';
import { registerDashboardMetrics } from './metrics.ts';

const dashboard = await startTestDashboard();
const { server, redis, queue } = dashboard;
beforeEach(() => redis.flushall());
afterAll(() => dashboard[Symbol.asyncDispose]());

/** Returns a function that scrapes once, then returns the value of any sample by name; undefined if it is missing. */
function createScraper({ broadcast = new Broadcast(), log = silentLog } = {}) {
  const registry = new Registry();
  registerDashboardMetrics({ redis, queues: [queue], broadcast, log }, registry);
  return async () => {
    const lines = (await registry.metrics()).split('\n');
    return (name: string) => {
      const line = lines.find((it) => it.startsWith(`${name} `));
      return line === undefined ? undefined : Number(line.slice(name.length + 1));
    };
  };
}

const jobCount = (state: string) => `bullmq_job_count{queue="loops",state="${state}"}`;
const AGE = 'bullmq_oldest_waiting_job_age_seconds{queue="loops"}';

/** Redis' clock in milliseconds. */
async function redisNow(): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Number(micros) / 1000;
}

test('an empty queue has zeros, not gaps', async () => {
  const valueOf = await createScraper()();
  for (const state of ['waiting', 'active', 'delayed', 'failed', 'completed']) {
    expect(valueOf(jobCount(state))).toBe(0);
  }
  expect(valueOf('bullmq_job_completed_total{queue="loops"}')).toBe(0);
  expect(valueOf('bullmq_job_failed_total{queue="loops"}')).toBe(0);
  expect(valueOf('bullmq_queue_paused{queue="loops"}')).toBe(0);
  expect(valueOf(AGE)).toBe(0);
});

test('the metrics are those of the queue at the time of the scrape', async () => {
  const scrape = createScraper();
  await scrape();
  await queue.add(JOB_NAME, {});
  await queue.add(JOB_NAME, {}, { delay: 60_000 });
  const valueOf = await scrape();
  expect(valueOf(jobCount('waiting'))).toBe(1);
  expect(valueOf(jobCount('delayed'))).toBe(1);
});

test('completed jobs, and those that failed for good, are counted exactly', async () => {
  await queue.addBulk(['good', 'good', 'bad'].map((name) => ({ name, data: {} })));
  const worker = new Worker(
    QUEUE_NAME,
    ({ name }) =>
      name === 'good' ? Promise.resolve({}) : Promise.reject(new UnrecoverableError('bad')),
    { connection: { url: server.url }, metrics: { maxDataPoints: 60 } },
  );
  await until('one has failed', async () => (await queue.getFailedCount()) === 1);
  await until('the others are completed', async () => (await queue.getCompletedCount()) === 2);
  await worker.close();
  const valueOf = await createScraper()();
  expect(valueOf('bullmq_job_completed_total{queue="loops"}')).toBe(2);
  expect(valueOf('bullmq_job_failed_total{queue="loops"}')).toBe(1);
  expect(valueOf(jobCount('failed'))).toBe(1);
});

test("names and values are those of BullMQ's own export", async () => {
  await queue.addBulk([1, 2, 3].map(() => ({ name: JOB_NAME, data: {} })));
  const valueOf = await createScraper()();
  const samples = (await queue.exportPrometheusMetrics())
    .split('\n')
    .filter((it) => /^\w/.test(it));
  expect(samples).toHaveLength(9);
  for (const sample of samples) {
    const [, name = '', value] = /^(.*) (.*)$/.exec(sample.replace(', ', ',')) ?? [];
    expect(valueOf(name), name).toBe(Number(value));
  }
});

test("the age of the oldest waiting job is by Redis' clock", async () => {
  const now = await redisNow();
  for (const age of [40_000, 20_000]) {
    await queue.add(JOB_NAME, {}, { timestamp: Math.round(now - age) });
  }
  const age = (await createScraper()())(AGE);
  expect(age).toBeGreaterThanOrEqual(39.9);
  expect(age).toBeLessThanOrEqual(40.1 + ((await redisNow()) - now) / 1000);
});

test('a paused queue says so', async () => {
  await queue.pause();
  expect((await createScraper()())('bullmq_queue_paused{queue="loops"}')).toBe(1);
});

test('viewers are open event streams', async () => {
  const broadcast = new Broadcast();
  const scrape = createScraper({ broadcast });
  const viewers = async () => (await scrape())('dashboard_viewers');
  await using web = await listen(dashboard.create({ broadcast }), '127.0.0.1', 0);
  expect(await viewers()).toBe(0);
  const leaving = new AbortController();
  const url = `http://127.0.0.1:${web.port}/api/events`;
  const pages = await Promise.all([fetch(url), fetch(url, { signal: leaving.signal })]);
  await until('both are counted', async () => (await viewers()) === 2);
  leaving.abort();
  await until('one has left', async () => {
    broadcast.send('{}');
    return (await viewers()) === 1;
  });
  broadcast.end();
  await pages[0].text();
  await until('no one is left', async () => (await viewers()) === 0);
});

test('an error of Redis leaves gaps instead of old values, and one warning per figure', async () => {
  const { log, lines } = recordingLog();
  const scrape = createScraper({ log });
  await queue.add(JOB_NAME, {});
  await redis.rename('bull:loops:wait', 'away');
  await redis.set('bull:loops:wait', 'not a list');
  for (let n = 0; n < 2; n++) {
    const valueOf = await scrape();
    expect(valueOf(jobCount('waiting'))).toBeUndefined();
    expect(valueOf('dashboard_viewers')).toBe(0);
  }
  const warnings = lines.filter((line) => line.includes('cannot read metrics from Redis'));
  expect(new Set(warnings).size).toBe(warnings.length);
  expect(warnings.length).toBeGreaterThan(0);
  await redis.rename('away', 'bull:loops:wait');
  expect((await scrape())(jobCount('waiting'))).toBe(1);
});
