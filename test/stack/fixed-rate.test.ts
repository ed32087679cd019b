import { expect, test } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import type { ProducerReport } from '@dockercoins/common/reports';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestQueue } from '../support/queue.ts';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';

const { server, redis, queue } = await startTestQueue();

const RATE = 20;

const startProducer = (name: string) =>
  startService('producer/main.ts', {
    REDIS_URL: server.url,
    INSTANCE: name,
    LOG_LEVEL: 'silent',
    PRODUCER_RATE: String(RATE),
    PRODUCER_BACKLOG: '1',
  });

test('two replicas add jobs at a fixed rate, never faster, and continue after the leader was killed', async () => {
  await using running = new AsyncDisposableStack();
  const began = performance.now();
  const added = () => redis.get(queueKeys().addedCount).then(Number);
  /** Resolves once two seconds' worth of jobs has been added. A busy machine adds jobs late, but none early. */
  const untilMore = async () => {
    const before = await added();
    await until('jobs are added', async () => (await added()) >= before + 2 * RATE);
    expect(await added()).toBeLessThanOrEqual(((performance.now() - began) * RATE) / 1000);
  };
  const first = await startProducer('producer-1');
  running.defer(() => first.kill());
  await until('it leads', async () => (await first.metric('producer_lease_held')) === 1);
  const second = running.use(await startProducer('producer-2'));
  await untilMore();
  await until('only the first leads', async () => {
    const held = [first, second].map((it) => it.metric('producer_lease_held'));
    return (await Promise.all(held)).join() === '1,0';
  });
  const report = await until('the leader reports', async () => {
    return (await redis.get(keys.producer)) ?? undefined;
  });
  expect(JSON.parse(report) as ProducerReport).toMatchObject({
    name: 'producer-1',
    target: null,
    variations: { rate: 20 },
  });
  expect(await first.metric('producer_backlog_target_jobs')).toBe(0);

  await first.kill();
  await until('the other leads', async () => (await second.metric('producer_lease_held')) === 1);
  await untilMore();
  await second.stop(); // so that nothing is added between the two counts
  expect(await queue.getWaitingCount()).toBe(await added());
});
