/**
 * Every fault that the test injects.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue/queue-keys';
import { startTestRedis } from '../../tools/stack/redis-server.ts';
import { switchRoles } from '../../tools/stack/replication.ts';
import { RNG_FAULTS, type RngFault } from './faulty-rng.ts';
import { LOCK_MS, type Harness } from './harness.ts';
import { resetAndMark } from './reset-mark.ts';
import type { RandomInt } from './schedule.ts';

export interface Fault {
  name: string;
  /** Slow faults run in every third round only. */
  slow?: boolean;
  /** True if it needs clocks that can be set. */
  setsClock?: boolean;
  /** Whose latest loops may be missing from `hashes` afterward: a killed miner's, or everyone's if connections broke. */
  uncounted?: 'one miner' | 'all miners';
  /** Resolves when the fault is over and the stack can recover. */
  inject: (harness: Harness, random: RandomInt) => void | Promise<void>;
}

const SHORT_MS = 2000;
const BRIEF_MS = 1000;

function pick(names: string[], random: RandomInt): string {
  return names[random(names.length)] ?? '';
}

function kill(service: string): Fault {
  return {
    name: `${service} killed`,
    ...(service === 'miner' && { uncounted: 'one miner' }),
    inject: (harness, random) => harness.kill(pick(harness.names(service), random), 'SIGKILL'),
  };
}

/** Returns a fault that lasts for `ms`. */
function temporary(
  name: string,
  ms: number,
  begin: (harness: Harness) => unknown,
  end: (harness: Harness) => unknown,
  more: Partial<Fault> = {},
): Fault {
  return {
    name,
    ...more,
    async inject(harness) {
      await begin(harness);
      await sleep(ms);
      await end(harness);
    },
  };
}

const stopRedis = (seconds: number) =>
  temporary(
    `Redis stopped for ${seconds} s`,
    seconds * 1000,
    (harness) => harness.stopRedis('SIGTERM'),
    (harness) => harness.startRedis(),
    { uncounted: 'all miners', slow: seconds > 10 },
  );

const faultyRng = (fault: RngFault) =>
  temporary(
    `rng ${fault}`,
    SHORT_MS,
    ({ rngs }) => rngs.forEach((rng) => (rng.fault = fault)),
    ({ rngs }) => rngs.forEach((rng) => (rng.fault = undefined)),
  );

/**
 * Makes another server the primary, and then the first one again. The demoted server keeps its connections open, and the
 * address moves.
 */
async function failOverAndBack({ redis, redisPort, redisLinks }: Harness): Promise<void> {
  await using running = new AsyncDisposableStack();
  const other = running.use(await startTestRedis());
  const replica = running.adopt(new Redis(other.url), (it) => it.disconnect());
  await replica.replicaof('127.0.0.1', redisPort);
  await switchRoles(redis, replica);
  redisLinks.forEach((link) => link.repoint(other.port));
  await sleep(SHORT_MS);
  await switchRoles(replica, redis);
  redisLinks.forEach((link) => link.repoint(redisPort));
}

const CLOCKS = { miner: 'all miners', others: 'all services but miners' };

/** Sets a clock by this many seconds for a while. */
const setClock = (whose: keyof Harness['clocks'], seconds: number) =>
  temporary(
    `clock of ${CLOCKS[whose]} ${seconds > 0 ? '+' : ''}${seconds} s`,
    SHORT_MS,
    ({ clocks }) => clocks[whose].set(seconds),
    ({ clocks }) => clocks[whose].set(0),
    { setsClock: true },
  );

export const FAULTS: Fault[] = [
  kill('miner'),
  kill('rng'),
  kill('hasher'),
  kill('dashboard'),
  {
    name: 'leading producer killed',
    async inject(harness) {
      const leader = await harness.redis.get(keys.lease);
      harness.kill(leader?.split(' ')[0] ?? '', 'SIGKILL');
    },
  },
  {
    name: 'miner killed between coin and completion',
    uncounted: 'one miner',
    async inject(harness, random) {
      const miner = pick(harness.names('miner'), random);
      await harness.redisLinks.get(miner)?.swallowAfter(keys.wallet);
      harness.kill(miner, 'SIGKILL');
    },
  },
  {
    name: 'miner stopped mid-loop',
    inject: (harness, random) => harness.kill(pick(harness.names('miner'), random), 'SIGTERM'),
  },
  {
    name: 'miner frozen for longer than its lock',
    slow: true,
    uncounted: 'one miner',
    async inject(harness, random) {
      const miner = pick(harness.names('miner'), random);
      harness.kill(miner, 'SIGSTOP');
      await sleep(3 * LOCK_MS); // the lock, then up to two rounds of the check for stalled jobs
      harness.kill(miner, 'SIGCONT');
    },
  },
  {
    name: 'all locks lost',
    async inject({ redis, queue }) {
      const locks = (await queue.getActive()).map(({ id = '' }) => queueKeys().lock(id));
      if (locks.length > 0) await redis.del(locks);
    },
  },
  temporary(
    'one of several rngs frozen',
    SHORT_MS,
    (harness) => harness.kill('rng-2', 'SIGSTOP'),
    (harness) => harness.kill('rng-2', 'SIGCONT'),
  ),
  ...[1, 5, 15].map(stopRedis),
  {
    name: 'Redis killed',
    uncounted: 'all miners',
    async inject(harness) {
      await harness.stopRedis('SIGKILL');
      await harness.startRedis();
    },
  },
  temporary(
    'Redis frozen for 5 s',
    5000,
    (harness) => harness.freezeRedis(),
    (harness) => harness.thawRedis(),
    { uncounted: 'all miners' },
  ),
  {
    name: 'all Redis connections closed',
    uncounted: 'all miners',
    async inject(harness) {
      await harness.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
  },
  temporary(
    'Redis unreachable',
    SHORT_MS,
    ({ redisLinks }) => redisLinks.forEach((link) => link.cut()),
    ({ redisLinks }) => redisLinks.forEach((link) => link.restore()),
    { uncounted: 'all miners' },
  ),
  {
    name: 'all Redis connections silently lost',
    slow: true,
    uncounted: 'all miners',
    inject: ({ redisLinks }) => redisLinks.forEach((link) => link.swallow()),
  },
  temporary(
    'rng unreachable',
    SHORT_MS,
    ({ rngLinks }) => rngLinks.forEach((link) => link.cut()),
    ({ rngLinks }) => rngLinks.forEach((link) => link.restore()),
  ),
  {
    name: 'all rng connections silently lost',
    inject: ({ rngLinks }) => rngLinks.forEach((link) => link.swallow()),
  },
  temporary(
    'Redis full',
    SHORT_MS,
    ({ redis }) => redis.config('SET', 'maxmemory', '1mb'),
    ({ redis }) => redis.config('SET', 'maxmemory', '0'),
  ),
  temporary(
    'Redis read-only',
    SHORT_MS,
    ({ redis }) => redis.call('REPLICAOF', '127.0.0.1', '1'), // nothing listens there, so the data stays
    ({ redis }) => redis.call('REPLICAOF', 'NO', 'ONE'),
  ),
  temporary(
    'Redis without a replica that it must have',
    BRIEF_MS,
    ({ redis }) => redis.config('SET', 'min-replicas-to-write', '1'),
    ({ redis }) => redis.config('SET', 'min-replicas-to-write', '0'),
  ),
  temporary(
    'Redis denies a command',
    BRIEF_MS,
    ({ redis }) => redis.call('ACL', 'SETUSER', 'default', '-evalsha', '-eval', '-incrby', '-hset'),
    ({ redis }) => redis.call('ACL', 'SETUSER', 'default', '+@all'),
  ),
  { name: 'planned failover and back', uncounted: 'all miners', inject: failOverAndBack },
  {
    name: 'reset',
    uncounted: 'all miners',
    inject: async ({ redis, queue, resets }) => void resets.push(await resetAndMark(redis, queue)),
  },
  temporary(
    'global rate limit of 10 jobs/s',
    BRIEF_MS,
    ({ queue }) => queue.setGlobalRateLimit(10, 1000),
    ({ queue }) => queue.removeGlobalRateLimit(),
  ),
  temporary(
    'global concurrency of 1',
    SHORT_MS,
    ({ queue }) => queue.setGlobalConcurrency(1),
    ({ queue }) => queue.removeGlobalConcurrency(),
  ),
  ...[3600, -3600, 5, -5].map((seconds) => setClock('miner', seconds)),
  ...[3600, -3600].map((seconds) => setClock('others', seconds)),
  ...(Object.keys(RNG_FAULTS) as RngFault[]).map(faultyRng),
];
