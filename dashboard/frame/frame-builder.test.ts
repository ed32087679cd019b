import { describe, expect, test } from 'vitest';
import type { Replica } from '@dockercoins/common/reports';
import { testFigures, testReport } from '../../tools/stack/frame-data.ts';
import { FrameBuilder } from './frame-builder.ts';
import { addUp } from './queue-totals.ts';
import type { Sample } from './sample.ts';

const REDIS = { used: 0, max: null, refusal: null, cli: 'redis-cli' };

/** Returns the sample of a stack with one miner at a second. */
function sampleAt(second: number, values: Partial<Sample> = {}, rngs: Replica[] = []): Sample {
  const upstreams = { rng: testFigures({ replicas: rngs, pending: 1 }), hasher: testFigures() };
  return {
    time: 1_800_000_000_000 + 1000 * second,
    reading: { at: 1000 * second, loops: 0, lastLoopAge: null },
    added: 100,
    hashes: 0,
    coins: 0,
    newestCoins: [],
    queue: addUp([
      {
        name: 'loops',
        counts: { waiting: 100, active: 1, delayed: 0, failed: 0, completed: 0 },
        paused: false,
        concurrency: null,
        rate: null,
        limitedMs: 0,
        nextAddedAt: null,
      },
    ]),
    leader: 'producer-1',
    producer: { name: 'producer-1', target: 100, dropped: 0, cpu: 0 },
    held: [],
    failures: [],
    miners: [
      { ...testReport('miner-1', { uptimeMs: 1000 * (second + 1), upstreams }), silentMs: 0 },
    ],
    notes: [],
    incident: false,
    ...values,
  };
}

/** Returns what is wrong at each second. */
function problemsDuring(seconds: number, at: (second: number) => Sample): string[][] {
  const frames = new FrameBuilder(true);
  return Array.from({ length: seconds }, (_, second) =>
    frames.build(at(second), REDIS, 0).problems.map(({ text }) => text),
  );
}

describe('a loop that takes long', () => {
  const LOOP_S = 10;
  /** Completes a loop every ten seconds; rng then describes itself for the next five. */
  const during = (rng: Replica) => (second: number) => {
    const loops = Math.floor(second / LOOP_S);
    const age = second % LOOP_S;
    const reading = {
      at: 1000 * second,
      loops,
      lastLoopAge: loops === 0 ? null : 1000 * age,
    };
    return sampleAt(second, { reading }, loops > 0 && age <= 5 ? [rng] : []);
  };
  const slow: Replica = { name: 'rng-1', slots: 1, delayMs: 10_000, cpu: 0 };

  test('is no problem, although rng describes itself only when it responds', () => {
    expect(problemsDuring(60, during(slow)).slice(LOOP_S).flat()).toEqual([]);
  });

  test('is no problem if a variation makes it long', () => {
    const varied = { ...slow, delayMs: 100, variations: { slower: 100 } };
    expect(problemsDuring(60, during(varied)).slice(LOOP_S).flat()).toEqual([]);
  });
});

test('before the first loop, there are some seconds of grace', () => {
  const problems = problemsDuring(20, (second) => sampleAt(second));
  expect(problems.slice(0, 6).flat()).toEqual([]);
  expect(problems[6]).toEqual([expect.stringMatching(/^No loop has completed for 6 s/)]);
});

describe('while the producer does not report', () => {
  const fixed = { name: 'producer-1', target: null, dropped: 0, cpu: 0 };
  const idle = { ...sampleAt(0).queue, waiting: 0 };

  test('it is taken to add jobs as before', () => {
    const text = problemsDuring(20, (second) =>
      sampleAt(second, {
        reading: { at: 1000 * second, loops: second, lastLoopAge: 0 },
        queue: idle,
        producer: second < 5 ? fixed : undefined,
      }),
    );
    expect(text.flat()).toEqual([]);
  });
});
