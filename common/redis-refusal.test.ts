import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../tools/stack/log.ts';
import { takeRedis } from '../test/support/shared-redis.ts';
import { until } from '../tools/stack/until.ts';
import { JOB_NAME, QUEUE_NAME } from './contract.ts';
import { openQueue } from './queue/queue.ts';
import { refusalOf } from './redis-refusal.ts';

const codeOf = (message: string) => refusalOf({ message })?.code;

/** How Redis 6.0.16 begins the error of a script. */
const IN_SCRIPT =
  'ERR Error running script (call to f_87a063c579e0673c6e51206062c44401893142b2): @user_script:1: @user_script: 1: ';

describe('a refusal', () => {
  test.each([
    ['OOM', "OOM command not allowed when used memory > 'maxmemory'."],
    ['READONLY', "READONLY You can't write against a read only replica."],
    ['NOPERM', "NOPERM this user has no permissions to run the 'set' command"],
    ['NOAUTH', 'NOAUTH Authentication required.'],
    ['WRONGPASS', 'WRONGPASS invalid username-password pair or user is disabled.'],
    [
      'MISCONF',
      'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to',
    ],
    ['LOADING', 'LOADING Redis is loading the dataset in memory'],
    ['CLUSTERDOWN', 'CLUSTERDOWN The cluster is down'],
    ['NOREPLICAS', 'NOREPLICAS Not enough good replicas to write.'],
    ['MASTERDOWN', 'MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to'],
  ])('%s is known alone and in scripts, whatever the version', (code, message) => {
    expect(codeOf(message)).toBe(code);
    expect(codeOf(`${message} script: 87a063c579, on @user_script:1.`)).toBe(code);
    expect(codeOf(`${IN_SCRIPT}-${message}`)).toBe(code);
    expect(codeOf(`@user_script: 1: -${message}  `)).toBe(code);
  });

  test.each([
    `${IN_SCRIPT}The user executing the script can't run this command or subcommand`,
    "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments script: 0a9f75e991, on @user_script:1.",
    "ERR ACL failure in script: User u has no permissions to run the 'set' command script: 87a063c579, on @user_script:1.",
  ])('of a command in a script that the user may not run is a lack of permission', (message) => {
    expect(codeOf(message)).toBe('NOPERM');
  });

  test.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'Missing lock for job 7. moveToFinished',
    'cannot parse "OOM command not allowed"',
    'OOMPH',
  ])('is not: %s', (message) => {
    expect(refusalOf({ message })).toBeUndefined();
  });

  test('says why, and what to do, with the program that is installed', () => {
    const full = { message: "OOM command not allowed when used memory > 'maxmemory'." };
    expect(refusalOf(full)).toEqual({
      code: 'OOM',
      text: 'it is full',
      advice: 'Raise its `maxmemory`, or delete the wallet: `DEL wallet`.',
    });
    expect(refusalOf(full, 'valkey-cli')?.advice).toContain('`valkey-cli DEL wallet`');
  });
});

describe('the Redis of this machine refuses', () => {
  test.each([
    ['OOM', ['CONFIG', 'SET', 'maxmemory', '100kb'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['READONLY', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    [
      'NOREPLICAS',
      ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
    ],
  ])('with %s', async (code, [begin = '', ...beginArgs], [end = '', ...endArgs]) => {
    await using server = await takeRedis();
    const redis = new Redis(server.url);
    const refusal = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        (err: unknown) => refusalOf(err as Error)?.code,
      );
    try {
      await redis.call(begin, beginArgs);
      expect(await refusal(redis.set('key', 'value'))).toBe(code);
      const script = "return redis.call('SET', KEYS[1], 'value')";
      if (code !== 'NOREPLICAS') expect(await refusal(redis.eval(script, 1, 'key'))).toBe(code); // 6.0 lets it pass
    } finally {
      await redis.call(end, endArgs);
      redis.disconnect();
    }
  });
});

test('a worker of a full Redis still completes all jobs that wait', async () => {
  await using running = new AsyncDisposableStack();
  const server = running.use(await takeRedis());
  const redis = running.adopt(new Redis(server.url), (it) => it.disconnect());
  const queue = running.adopt(openQueue(redis, silentLog), (it) => it.close());
  await queue.addBulk(Array.from({ length: 5 }, () => ({ name: JOB_NAME, data: {} })));
  const full = Promise.withResolvers<unknown>();
  const worker = new Worker(QUEUE_NAME, () => full.promise, { connection: { url: server.url } });
  worker.on('error', () => undefined); // the fetch after the last job is refused
  running.defer(() => worker.close(true));
  await until('it has a job', async () => (await queue.getActiveCount()) === 1);
  await redis.config('SET', 'maxmemory', '100kb');
  full.resolve({});
  await until('all jobs are completed', async () => (await queue.getCompletedCount()) === 5);
  await expect(queue.add(JOB_NAME, {})).rejects.toThrow(/OOM/);
  await redis.config('SET', 'maxmemory', '0');
});
