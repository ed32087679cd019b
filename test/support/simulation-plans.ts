/**
 * Random plans for simulations, and random things that happen to them.
 * @module
 */
import { fc } from '@fast-check/vitest';
import { DISTRIBUTIONS } from '@dockercoins/common/http-service/behavior';
import type { Happening } from '../../simulation/pipeline.ts';
import {
  planOf,
  SERVICES,
  type Plan,
  type ServiceName,
  type Settings,
} from '../../simulation/settings.ts';

const delay = fc.constantFrom(0, 20, 100, 400);
const slots = fc.constantFrom(0, 1, 2, 5);
const share = fc.constantFrom(0, 0, 0.05, 0.3);
const distribution = fc.constantFrom(...DISTRIBUTIONS);

const settings: fc.Arbitrary<Partial<Settings>> = fc.record(
  {
    RNG_DELAY_MS: delay,
    RNG_SLOTS: slots,
    RNG_WAITING: fc.constantFrom(0, 2, 1000),
    RNG_DELAY_DISTRIBUTION: distribution,
    RNG_ERROR_RATE: share,
    RNG_HANG_RATE: fc.constantFrom(0, 0, 0.02),
    RNG_SLOW_REPLICA: fc.constantFrom('', 'rng-1'),
    HASHER_DELAY_MS: delay,
    HASHER_SLOTS: slots,
    HASHER_DELAY_DISTRIBUTION: distribution,
    HASHER_ERROR_RATE: share,
    MINER_WORK_MS: fc.constantFrom(50, 100, 400), // bounds the number of loops, and so the duration of the test
    MINER_CONCURRENCY: fc.constantFrom(1, 1, 4),
    MINER_LOCK_MS: fc.constantFrom(1000, 5000, 30_000),
    PRODUCER_BACKLOG: fc.constantFrom(1, 100),
    PRODUCER_RATE: fc.constantFrom(0, 0, 7.5, 40),
    PRODUCER_POISON_EVERY: fc.constantFrom(0, 0, 10),
    QUEUES: fc.constantFrom(1, 1, 3),
  },
  { requiredKeys: [] },
);

/** Of at least one replica of each service. */
const plans: fc.Arbitrary<Plan> = fc
  .record({
    settings,
    scale: fc.record({
      producer: fc.integer({ min: 1, max: 2 }),
      miner: fc.integer({ min: 1, max: 12 }),
      rng: fc.integer({ min: 1, max: 4 }),
      hasher: fc.integer({ min: 1, max: 3 }),
    }),
    costs: fc.record({
      requestMs: fc.constantFrom(0, 1.3),
      jobMs: fc.constantFrom(0, 1.1),
      timerMs: fc.constantFrom(0, 0.4),
      cores: fc.constantFrom(0, 0, 2),
    }),
    seed: fc.integer(),
  })
  .map(planOf);

const forMs = fc.integer({ min: 100, max: 20_000 });

/** Of a stack with this scale: names of replicas may be gone by the time. */
const happeningOf = (scale: Plan['scale']): fc.Arbitrary<Happening> => {
  const name = fc
    .constantFrom(...SERVICES)
    .chain((service) => fc.integer({ min: 1, max: scale[service] }).map((n) => `${service}-${n}`));
  const service: fc.Arbitrary<ServiceName> = fc.constantFrom(...SERVICES);
  return fc.oneof(
    fc.record({ kind: fc.constant('kill' as const), name, forMs }),
    fc.record({ kind: fc.constant('freeze' as const), name, forMs }),
    fc.record({
      kind: fc.constant('scale' as const),
      service,
      replicas: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({ kind: fc.constant('redis down' as const), forMs }),
    fc.record({ kind: fc.constant('pause' as const) }),
    fc.record({ kind: fc.constant('resume' as const) }),
    fc.record({ kind: fc.constant('concurrency' as const), jobs: fc.integer({ min: 0, max: 5 }) }),
    fc.record({
      kind: fc.constant('rate' as const),
      jobsPerSecond: fc.constantFrom(0, 0.5, 5, 30),
    }),
  );
};

/** A plan, and what happens to it in the first minute: pairs of a time (ms) and a happening. */
export const stories = plans.chain((plan) =>
  fc.record({
    plan: fc.constant(plan),
    happenings: fc.array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), happeningOf(plan.scale)), {
      maxLength: 8,
    }),
  }),
);
