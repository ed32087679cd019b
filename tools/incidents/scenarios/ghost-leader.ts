import { keys } from '@dockercoins/common/contract';
import type { Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

/** No replica has this name: the stack has one producer. */
const GHOST = 'producer-9 ghost';

const HOUR_MS = 3600 * 1000;

export const ghostLeader: Scenario = {
  name: 'ghost-leader',
  title: 'a producer that does not exist holds the lease for an hour, so the others stand by',
  part: 'producer',
  cause: 'all replicas wait for a leader that is gone',
  action: ({ redis }) => redis.set(keys.lease, GHOST, 'PX', HOUR_MS),
  symptom: speedBelow(0.1),
  firstFigure: {
    what: 'jobs added',
    unit: 'jobs/s',
    read: ({ queue }) => queue.added,
    shows: (now, before) => now < 0.5 * before,
  },
  evidence: `The queue is empty; under "Queue", the page says that producer-9 adds 0.0 jobs/s, and the list of problems that it holds the lease. The list of replicas has no producer-9; the log of the producer that runs says that another replica refills. In Redis, \`GET ${keys.lease}\` shows the holder, and \`PTTL ${keys.lease}\` that the lease lasts for almost an hour. A producer takes it for two seconds and renews it (producer/lease.ts), so the lease of a dead one expires.`,
  async cure({ redis }) {
    if ((await redis.get(keys.lease)) === GHOST) await redis.del(keys.lease);
  },
};
