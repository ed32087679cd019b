/**
 * What may go wrong. Each resolves when it is over and the stack is left to recover.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keys } from '@dockercoins/common/contract';
import { MISDEEDS, type Misdeed } from './bad-rng.ts';
import type { Chance } from './schedule.ts';
import { LOCK_MS, type Stand } from './stand.ts';

export interface Fault {
  name: string;
  /** Whether it ends a miner without giving it time for its last words. */
  killsMiner?: boolean;
  inflict: (stand: Stand, chance: Chance) => void | Promise<void>;
}

const MISDEED_MS = 2000;

function pick(names: string[], chance: Chance): string {
  return names[chance(names.length)] ?? '';
}

function kill(service: string): Fault {
  return {
    name: `kill -9 of ${service}`,
    killsMiner: service === 'miner',
    inflict: (stand, chance) => stand.kill(pick(stand.names(service), chance), 'SIGKILL'),
  };
}

function stopRedis(seconds: number): Fault {
  return {
    name: `Redis stopped for ${seconds} s`,
    async inflict(stand) {
      await stand.stopRedis('SIGTERM');
      await sleep(seconds * 1000);
      await stand.startRedis();
    },
  };
}

function badRng(misdeed: Misdeed): Fault {
  return {
    name: `rng ${misdeed}`,
    async inflict(stand) {
      stand.rng.misdeed = misdeed;
      await sleep(MISDEED_MS);
      stand.rng.misdeed = undefined;
    },
  };
}

export const FAULTS: Fault[] = [
  kill('miner'),
  kill('rng'),
  kill('hasher'),
  kill('dashboard'),
  {
    name: 'kill -9 of the producer that refills',
    async inflict(stand) {
      const holder = await stand.redis.get(keys.lease);
      stand.kill(holder?.split(' ')[0] ?? '', 'SIGKILL');
    },
  },
  {
    name: 'SIGTERM of a miner in mid-loop',
    inflict: (stand, chance) => stand.kill(pick(stand.names('miner'), chance), 'SIGTERM'),
  },
  {
    name: 'SIGSTOP of a miner for longer than its lock',
    async inflict(stand, chance) {
      const miner = pick(stand.names('miner'), chance);
      stand.kill(miner, 'SIGSTOP');
      await sleep(3 * LOCK_MS); // the lock, then up to two rounds of the check for stalled jobs
      stand.kill(miner, 'SIGCONT');
    },
  },
  ...[1, 5, 15].map(stopRedis),
  {
    name: 'kill -9 of Redis',
    async inflict(stand) {
      await stand.stopRedis('SIGKILL');
      await stand.startRedis();
    },
  },
  {
    name: 'Redis hangs for 5 s',
    async inflict(stand) {
      stand.freezeRedis();
      await sleep(5000);
      stand.thawRedis();
    },
  },
  {
    name: 'CLIENT KILL of all connections',
    async inflict(stand) {
      await stand.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
  },
  ...(Object.keys(MISDEEDS) as Misdeed[]).map(badRng),
];
