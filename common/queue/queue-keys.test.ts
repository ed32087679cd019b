import { QueueEvents, Worker } from 'bullmq';
import { expect, test } from 'vitest';
import { startTestQueue } from '../../test/support/queue.ts';
import { JOB_NAME, QUEUE_NAME } from '../contract.ts';
import { queueKeys } from './queue-keys.ts';

const { redis, queue } = await startTestQueue();

test('our key names match those of BullMQ', async () => {
  await using running = new AsyncDisposableStack();
  const connection = redis.duplicate();
  running.defer(() => connection.disconnect());
  const events = new QueueEvents(QUEUE_NAME, { connection });
  running.defer(() => events.close());
  await events.waitUntilReady();
  const eventId = new Promise<string>((resolve) =>
    events.on('completed', (_args, id) => resolve(id)),
  );
  const observed = Promise.withResolvers<{
    token?: string;
    lock: string | null;
    data: string | null;
    run: (string | null)[];
    takenAt: number | undefined;
    log: string[];
    active: string[];
  }>();
  const worker = new Worker(
    QUEUE_NAME,
    async (job, token = '') => {
      const { id = '', processedOn: takenAt } = job;
      await job.log('a line');
      const log = await redis.lrange(queueKeys().log(id), 0, -1);
      const lock = await redis.get(queueKeys().lock(id));
      const data = await redis.hget(queueKeys().job(id), 'data');
      const run = await redis.hmget(queueKeys().job(id), 'ats', 'pb', 'processedOn');
      const active = await redis.lrange(queueKeys().active, 0, -1);
      observed.resolve({ token, lock, data, run, takenAt, log, active });
    },
    { connection: redis, name: 'miner-7', metrics: { maxDataPoints: 10 } },
  );
  running.defer(() => worker.close());
  await queue.add(JOB_NAME, {});

  const { token, lock, data, run, takenAt, log, active } = await observed.promise;
  expect(lock).toBe(token);
  expect(data).toBe('{}');
  expect(run).toEqual(['1', 'miner-7', String(takenAt)]);
  expect(log).toEqual(['a line']);
  expect(active).toEqual(['1']);
  expect(await redis.get(queueKeys().addedCount)).toBe('1');

  const id = await eventId;
  const [entry] = await redis.xrange(queueKeys().events, id, id);
  expect(entry?.[1].slice(0, 2)).toEqual(['event', 'completed']);

  const { meta } = await queue.getMetrics('completed', 0, 0);
  expect(meta.count).toBe(1);
  expect(await redis.hget(queueKeys().completedCount, 'count')).toBe('1');
});
