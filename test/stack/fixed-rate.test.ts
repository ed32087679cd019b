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

type Producer = Awaited<ReturnType<typeof startProducer>>;

async function leadersOf<T extends { service: Producer }>(producers: T[]): Promise<T[]> {
  const held = await Promise.all(
    producers.map(({ service }) => service.metric('producer_lease_held')),
  );
  return producers.filter((_, index) => held[index] === 1);
}

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
  const producers: { name: string; service: Producer }[] = [];
  for (const name of ['producer-1', 'producer-2']) {
    const service = await startProducer(name);
    running.defer(() => service.kill());
    producers.push({ name, service });
    await until('one leads', async () => (await leadersOf(producers)).length === 1);
  }
  await untilMore();
  // The first, unless the machine has held it up for longer than its lease.
  const leader = await until('one of them leads', async () => {
    const [it, ...others] = await leadersOf(producers);
    return others.length === 0 && it;
  });
  const report = await until('the leader reports', async () => {
    const latest = JSON.parse((await redis.get(keys.producer)) ?? '{}') as ProducerReport;
    return latest.name === leader.name && latest;
  });
  expect(report).toMatchObject({ target: null, variations: { rate: 20 } });
  expect(await leader.service.metric('producer_backlog_target_jobs')).toBe(0);

  await leader.service.kill();
  const others = producers.filter((it) => it !== leader);
  await until('the other leads', async () => (await leadersOf(others)).length === 1);
  await untilMore();
  await others[0]?.service.stop(); // so that nothing is added between the two counts
  expect(await queue.getWaitingCount()).toBe(await added());
});
