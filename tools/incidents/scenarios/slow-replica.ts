import { removeLast, replaceLast } from './actions.ts';
import type { Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

export const slowReplica: Scenario = {
  name: 'slow-replica',
  title: 'one of two rngs takes four times as long',
  part: 'rng',
  cause: 'a replica is slow',
  action: (stack) => replaceLast(stack, 'rng', { RNG_SLOW_REPLICA: 'rng-2', RNG_SLOW_FACTOR: '4' }),
  symptom: speedBelow(0.6),
  firstFigure: {
    what: 'service time of rng that 95% of the requests do not exceed',
    unit: 'ms',
    read: ({ times }) => times?.rngService.p95 ?? null,
    shows: (now, before) => now > 2 * before,
  },
  evidence:
    'The list of problems is empty. After "Reveal the bottleneck", it says that the slots of rng-2 are busy while those of rng-1 are mostly free, and in "Time per loop", the mean service time of rng is 250 ms, and 95% is 400 ms: not all requests are slow. The log of rng shows which: only rng-2 has "served in 400 ms". With `npm start`, httping shows it as well, at the port of each replica: rng-1 answers at once, and requests wait for half a second at rng-2. Every second request waits for rng-2, so the fast replica cannot make up for it.',
  cure: (stack) => removeLast(stack, 'rng'),
};
