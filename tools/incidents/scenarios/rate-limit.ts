import type { Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

export const rateLimit: Scenario = {
  name: 'rate-limit',
  title: 'the queue allows four jobs per second',
  part: 'queue',
  cause: 'a limit on jobs per second',
  action: ({ queue }) => queue.setGlobalRateLimit(4, 1000),
  symptom: speedBelow(0.6),
  firstFigure: {
    what: 'number of jobs per second that the queue allows (0: any)',
    unit: '',
    read: ({ queue }) => queue.rate ?? 0,
    shows: (now, before) => now > before,
  },
  evidence:
    'The speed is 4.0 hashes/s: the three miners are idle most of the time, although 100 jobs wait. In Redis, `HMGET bull:loops:meta max duration` says why, and so does the list of problems.',
  cure: ({ queue }) => queue.removeGlobalRateLimit(),
};
