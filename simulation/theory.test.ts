import { describe, expect, test } from 'vitest';
import { drawDelay, type Distribution } from '@dockercoins/common/http-service/behavior';
import { mean } from '@dockercoins/common/statistics';
import { speedOf, systemOf } from '../tools/lab/prediction/model.ts';
import { machineRepair, waitOfMD1, waitOfMMc } from './theory.ts';
import { Machine } from './cpu.ts';
import { Engine } from './engine.ts';
import { simulate } from './figures.ts';
import { streamOf } from './random-streams.ts';
import { Replica } from './replica.ts';
import { planOf } from './settings.ts';

const SERVICE_MS = 100;

/** Runs a replica with Poisson arrivals, and returns the mean wait (ms). */
function waitAt(
  slots: number,
  perMs: number,
  distribution: Distribution,
  requests: number,
  seed: number,
): number {
  const engine = new Engine();
  const replica = new Replica(engine, {
    name: 'rng-1',
    behavior: {
      delayMs: SERVICE_MS,
      distribution,
      errorRate: 0,
      hangRate: 0,
      slowReplica: '',
      slowFactor: 1,
    },
    slots,
    waiting: Infinity,
    showVariations: true,
    timerMs: 0,
    cpuMs: 0,
    machine: new Machine(engine, 0),
    randomOf: (name) => streamOf(seed, name),
  });
  const random = streamOf(seed, 'arrivals');
  const client = { onResponse: () => undefined, onBroken: () => undefined };
  let left = requests;
  const arrive = () => {
    replica.arrive(client);
    if (--left > 0) engine.after(drawDelay('exponential', 1 / perMs, random), arrive);
  };
  arrive();
  engine.runUntil(Infinity);
  const { waitMs, admitted } = replica.totals();
  return waitMs / admitted;
}

/** Means are taken over runs with these seeds. */
const SEEDS = [1, 2, 3, 4];

function expectWithin(percent: number, simulated: number | null, onPaper: number): void {
  expect(Math.abs((simulated ?? NaN) / onPaper - 1)).toBeLessThan(percent / 100);
}

describe('a replica has the mean wait that is on paper, within 1%:', () => {
  test.each<[string, number, Distribution, number, number]>([
    ['M/M/1', 1, 'exponential', 0.005, waitOfMMc(1, 0.005, SERVICE_MS)],
    ['M/M/3 (Erlang C)', 3, 'exponential', 0.021, waitOfMMc(3, 0.021, SERVICE_MS)],
    ['M/D/1', 1, 'constant', 0.006, waitOfMD1(0.006, SERVICE_MS)],
  ])('%s', (_, slots, distribution, perMs, onPaper) => {
    const waits = SEEDS.map((seed) => waitAt(slots, perMs, distribution, 250_000, seed));
    expectWithin(1, mean(waits), onPaper);
  });
});

describe('the pipeline', () => {
  test.each([
    { miner: 3, slots: 1 },
    { miner: 6, slots: 1 },
    { miner: 8, slots: 2 },
  ])(
    'with $miner miners and exponential delays at $slots slots is the machine-repair model',
    ({ miner, slots }) => {
      const settings = { RNG_DELAY_DISTRIBUTION: 'exponential', RNG_SLOTS: slots } as const;
      const { perMs, waitMs } = machineRepair(miner, slots, SERVICE_MS, 200);
      const runs = SEEDS.map((seed) =>
        simulate(planOf({ settings, scale: { miner }, seed }), 3000, { warmUp: 10 }),
      );
      expectWithin(1, mean(runs.map((run) => run.hashesPerSecond)) / 1000, perMs);
      expectWithin(1, mean(runs.map((run) => run.rngWaitMs ?? NaN)), waitMs);
    },
  );

  test('with constant delays reaches the asymptotic bound', () => {
    for (const rng of [1, 2, 3, 4]) {
      for (const miner of [1, 2, 3, 5, 10, 20]) {
        const { hashesPerSecond } = simulate(planOf({ scale: { miner, rng } }), 110, {
          warmUp: 10,
        });
        expectWithin(1, hashesPerSecond, speedOf(systemOf(miner, rng)));
      }
    }
  });
});
