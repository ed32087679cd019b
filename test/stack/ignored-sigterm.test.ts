import { expect, test } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { startTestQueue } from '../support/queue.ts';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';

const { server, queue } = await startTestQueue();

/** Enough for 10 s. */
const JOBS = 200;

/** Much longer than a job takes: a miner that is held up for a moment must not lose its own. */
const LOCK_MS = 3000;

const completed = async () => (await queue.getMetrics('completed', 0, 0)).meta.count;

test('a miner that ignores SIGTERM mines until it is killed; another one completes its jobs, and each counts once', async () => {
  await using running = new AsyncDisposableStack();
  const env = { RNG_DELAY_MS: '0', RNG_SLOTS: '0', HASHER_DELAY_MS: '0', LOG_LEVEL: 'silent' };
  const rng = running.use(await startService('rng/main.ts', env));
  const hasher = running.use(await startService('hasher/main.ts', env));
  const minerEnv = {
    ...env,
    REDIS_URL: server.url,
    RNG_URL: `http://127.0.0.1:${rng.port}`,
    HASHER_URL: `http://127.0.0.1:${hasher.port}`,
    MINER_CONCURRENCY: '4',
    MINER_LOCK_MS: String(LOCK_MS),
  };
  await queue.addBulk(Array.from({ length: JOBS }, () => ({ name: JOB_NAME, data: {} })));
  const stubborn = await startService('miner/main.ts', {
    ...minerEnv,
    MINER_WORK_MS: '200',
    MINER_IGNORE_SIGTERM: 'true',
  });
  running.defer(() => stubborn.kill());
  await until('it mines', async () => (await completed()) > 0);
  stubborn.signal('SIGTERM');
  const before = await completed();
  await until('it has completed ten more', async () => (await completed()) >= before + 10);
  await stubborn.kill();

  const left = JOBS - (await completed());
  const held = await queue.getActiveCount();
  expect(held).toBeGreaterThan(0);
  expect(held + (await queue.getWaitingCount())).toBe(left);

  running.use(await startService('miner/main.ts', { ...minerEnv, MINER_WORK_MS: '0' }));
  await until('all jobs are completed', async () => (await completed()) === JOBS);
  const jobs = await queue.getCompleted();
  expect(jobs).toHaveLength(JOBS);
  expect(jobs.filter(({ stalledCounter }) => stalledCounter === 1)).toHaveLength(held);
  expect(jobs.every(({ attemptsMade }) => attemptsMade === 1)).toBe(true);
  expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'failed')).toBe(0);
});
