import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../support/queue.ts';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';

const { server, redis } = await startTestQueue();

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

test('a fixed rate is exact with two replicas and after the leader was killed', async () => {
  await using running = new AsyncDisposableStack();
  const env = { PRODUCER_RATE: '20' };
  const first = await startProducer('producer-1', env);
  running.defer(() => first.kill());
  await until('it leads', async () => (await first.metric('producer_lease_held')) === 1);
  const second = running.use(await startProducer('producer-2', env));
  const rate = await measureRate();
  expect(rate).toBeGreaterThan(19);
  expect(rate).toBeLessThan(21);

  await first.kill();
  await until(
    'the other one leads',
    async () => (await second.metric('producer_lease_held')) === 1,
  );
  const again = await measureRate();
  expect(again).toBeGreaterThan(19);
  expect(again).toBeLessThan(21);
});
