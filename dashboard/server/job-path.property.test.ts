import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { Worker } from 'bullmq';
import { afterAll, expect } from 'vitest';
import { JOB_NAME, QUEUE_NAME } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestDashboard } from '../../test/support/dashboard-app.ts';

const dashboard = await startTestDashboard();
const { redis, queue, server } = dashboard;
afterAll(() => dashboard[Symbol.asyncDispose]());

const { id = '' } = await queue.add(JOB_NAME, {});
const worker = new Worker(QUEUE_NAME, null, { connection: { url: server.url }, name: 'miner-1' });
const taken = await worker.getNextJob('token', { block: false });
await taken.moveToCompleted({ hash: 'f'.repeat(64), coin: false }, 'token', false);
await worker.close();

const field = fc.constantFrom(
  ...['hash', 'coin', 'stageMs', 'rng', 'hasher'],
  ...['run', 'end', 'at', 'miner', 'ms', 'reason'],
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.dictionary(field, fc.jsonValue()).map((value) => JSON.stringify(value)),
);

test.prop([text, fc.array(text, { maxLength: 5 })])(
  'a path is built whatever is the result of a job, and in its log',
  async (result, lines) => {
    const { job, log } = queueKeys();
    await redis.hset(job(id), 'returnvalue', result);
    await redis.del(log(id));
    for (const line of lines) await redis.rpush(log(id), line);
    const response = await dashboard.create().request(`/api/job?queue=loops&id=${id}`);
    expect(await response.json()).toMatchObject({ state: 'completed', id });
  },
);
