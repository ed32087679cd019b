/**
 * What may go wrong. Each fault resolves when it is over and the stack is left to recover.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '@dockercoins/common/contract';
import { queueKeys } from '@dockercoins/common/queue-keys';
import { MISDEEDS, type Misdeed } from './bad-rng.ts';
import type { Chance } from './schedule.ts';
import { LOCK_MS, type Harness } from './harness.ts';

export interface Fault {
  name: string;
  /** Takes long, so it strikes in every third round only. */
  slow?: boolean;
  /** Which miners may owe the classic counter loops: one that was killed, or all whose connections broke. */
  owing?: 'one miner' | 'all miners';
  inflict: (harness: Harness, chance: Chance) => void | Promise<void>;
}

const SHORT_MS = 2000;

function pick(names: string[], chance: Chance): string {
  return names[chance(names.length)] ?? '';
}

function kill(service: string): Fault {
  return {
    name: `kill -9 of ${service}`,
    ...(service === 'miner' && { owing: 'one miner' }),
    inflict: (harness, chance) => harness.kill(pick(harness.names(service), chance), 'SIGKILL'),
  };
}

/** Does something, waits, and undoes it. */
function during(
  name: string,
  ms: number,
  begin: (harness: Harness, chance: Chance) => unknown,
  end: (harness: Harness) => unknown,
  more: Partial<Fault> = {},
): Fault {
  return {
    name,
    ...more,
    async inflict(harness, chance) {
      await begin(harness, chance);
      await sleep(ms);
      await end(harness);
    },
  };
}

const stopRedis = (seconds: number) =>
  during(
    `Redis stopped for ${seconds} s`,
    seconds * 1000,
    (harness) => harness.stopRedis('SIGTERM'),
    (harness) => harness.startRedis(),
    { owing: 'all miners', slow: seconds > 10 },
  );

const badRng = (misdeed: Misdeed) =>
  during(
    `rng ${misdeed}`,
    SHORT_MS,
    ({ rngs }) => rngs.forEach((rng) => (rng.misdeed = misdeed)),
    ({ rngs }) => rngs.forEach((rng) => (rng.misdeed = undefined)),
  );

const CLOCKS = { miner: 'all miners', others: 'all services but miners' };

/** A clock that is an hour wrong for a while: a step, and a step back. */
const clockStep = (whose: keyof Harness['clocks'], seconds: number) =>
  during(
    `clock of ${CLOCKS[whose]} ${seconds > 0 ? '+' : ''}${seconds} s`,
    SHORT_MS,
    ({ clocks }) => clocks[whose].set(seconds),
    ({ clocks }) => clocks[whose].set(0),
  );

export const FAULTS: Fault[] = [
  kill('miner'),
  kill('rng'),
  kill('hasher'),
  kill('dashboard'),
  {
    name: 'kill -9 of the producer that refills',
    async inflict(harness) {
      const holder = await harness.redis.get(keys.lease);
      harness.kill(holder?.split(' ')[0] ?? '', 'SIGKILL');
    },
  },
  {
    name: 'kill -9 of a miner between its coin and completion',
    owing: 'one miner',
    async inflict(harness, chance) {
      const miner = pick(harness.names('miner'), chance);
      await harness.redisLinks.get(miner)?.swallowAfter(keys.wallet);
      harness.kill(miner, 'SIGKILL');
    },
  },
  {
    name: 'SIGTERM of a miner in mid-loop',
    inflict: (harness, chance) => harness.kill(pick(harness.names('miner'), chance), 'SIGTERM'),
  },
  {
    name: 'SIGSTOP of a miner for longer than its lock',
    slow: true,
    owing: 'one miner',
    async inflict(harness, chance) {
      const miner = pick(harness.names('miner'), chance);
      harness.kill(miner, 'SIGSTOP');
      await sleep(3 * LOCK_MS); // the lock, then up to two rounds of the check for stalled jobs
      harness.kill(miner, 'SIGCONT');
    },
  },
  {
    name: 'all locks lost',
    async inflict({ redis, queue }) {
      const locks = (await queue.getActive()).map(({ id = '' }) => queueKeys.lock(id));
      if (locks.length > 0) await redis.del(locks);
    },
  },
  during(
    'SIGSTOP of one rng of several',
    SHORT_MS,
    (harness) => harness.kill('rng-2', 'SIGSTOP'),
    (harness) => harness.kill('rng-2', 'SIGCONT'),
  ),
  ...[1, 5, 15].map(stopRedis),
  {
    name: 'kill -9 of Redis',
    owing: 'all miners',
    async inflict(harness) {
      await harness.stopRedis('SIGKILL');
      await harness.startRedis();
    },
  },
  during(
    'Redis hangs for 5 s',
    5000,
    (harness) => harness.freezeRedis(),
    (harness) => harness.thawRedis(),
    { owing: 'all miners' },
  ),
  {
    name: 'CLIENT KILL of all connections',
    owing: 'all miners',
    async inflict(harness) {
      await harness.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
  },
  during(
    'Redis cut off the network',
    SHORT_MS,
    ({ redisLinks }) => redisLinks.forEach((link) => link.cut()),
    ({ redisLinks }) => redisLinks.forEach((link) => link.restore()),
    { owing: 'all miners' },
  ),
  {
    name: 'connections to Redis silent for good',
    slow: true,
    owing: 'all miners',
    inflict: ({ redisLinks }) => redisLinks.forEach((link) => link.swallow()),
  },
  during(
    'rng cut off the network',
    SHORT_MS,
    ({ rngLinks }) => rngLinks.forEach((link) => link.cut()),
    ({ rngLinks }) => rngLinks.forEach((link) => link.restore()),
  ),
  {
    name: 'connections to rng silent for good',
    inflict: ({ rngLinks }) => rngLinks.forEach((link) => link.swallow()),
  },
  during(
    'Redis full',
    SHORT_MS,
    ({ redis }) => redis.config('SET', 'maxmemory', '1mb'),
    ({ redis }) => redis.config('SET', 'maxmemory', '0'),
  ),
  during(
    'Redis read-only',
    SHORT_MS,
    ({ redis }) => redis.call('REPLICAOF', '127.0.0.1', '1'), // nobody is there, so the data stay
    ({ redis }) => redis.call('REPLICAOF', 'NO', 'ONE'),
  ),
  during(
    'a global concurrency of 1',
    SHORT_MS,
    ({ queue }) => queue.setGlobalConcurrency(1),
    ({ queue }) => queue.removeGlobalConcurrency(),
  ),
  ...[3600, -3600, 5, -5].map((seconds) => clockStep('miner', seconds)),
  ...[3600, -3600].map((seconds) => clockStep('others', seconds)),
  ...(Object.keys(MISDEEDS) as Misdeed[]).map(badRng),
];
