/**
 * Each scenario says what the simulation shows. Numbers in its text are named here.
 * @module
 */
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../frame/frame.ts';
import type { TimedHappening } from '../../../../simulation/happenings.ts';
import { Run } from '../run.ts';
import { planFor } from '../setup.ts';
import { SCENARIOS } from './all.ts';
import type { Scenario } from './scenario.ts';

function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`expected a scenario, got ${name}`);
  return scenario;
}

/** Returns one of the events of a scenario. */
function eventOf(name: string, index: number): TimedHappening {
  const event = scenarioOf(name).events?.[index];
  if (event === undefined) throw new Error(`expected event ${index} of ${name}`);
  return event;
}

/** Runs a scenario, or with something else, until its question has an answer. Returns all frames. */
function answerOf(name: string, seed: number, changes: Partial<Scenario> = {}) {
  const scenario = { ...scenarioOf(name), ...changes };
  const { plan, events } = planFor({ scale: {}, settings: {}, seed, events: [] }, scenario);
  const run = new Run(plan, events, scenario);
  const frames: Frame[] = [];
  while (run.answer === undefined && frames.length < 1000) {
    const message = run.nextSecond();
    if ('unreachable' in message) throw new Error('expected a frame, got an outage');
    frames.push(message);
  }
  const last = frames.at(-1);
  if (run.answer === undefined || last === undefined) throw new Error('expected an answer');
  return { answer: run.answer, frames, last };
}

const inFlightAt = ({ stages }: Frame, name: string) =>
  stages.find((stage) => stage.name === name)?.inFlight ?? NaN;

test.each(Object.entries(SCENARIOS))('%s has three sentences and a question', (_, scenario) => {
  expect(scenario.text.match(/[.](?= |$)/g)).toHaveLength(3);
  expect(scenario.question).toMatch(/\?$/);
  expect(scenario.explanation).toMatch(/\.$/);
});

/** Not only with the seed of the link. */
describe.each([1, 2, 3])('with seed %i', (seed) => {
  test('ten-miners: ten a second instead of 33; eight miners at the door of rng', () => {
    const { answer, last } = answerOf('ten-miners', seed);
    expect(answer).toBeCloseTo(10, 0);
    expect(inFlightAt(last, 'rng')).toBeCloseTo(8, 0);
    expect(last.bottleneck?.name).toBe('rng');
    expect(answerOf('ten-miners', seed, { scale: {} }).answer).toBeCloseTo(3.3, 1);
  });

  test('slow-replica: 30% less, with three of ten loops at the slow one', () => {
    const { answer, last } = answerOf('slow-replica', seed);
    const before = answerOf('slow-replica', seed, { events: [] }).answer;
    expect(before).toBeCloseTo(32.5, 0);
    expect(1 - answer / before).toBeCloseTo(0.3, 1);
    const loads = last.stages.find(({ name }) => name === 'rng')?.loads ?? [];
    expect(loads.map(({ name }) => name)).toEqual(['rng-1', 'rng-2', 'rng-3', 'rng-4']);
    const [first, , , slow] = loads;
    expect(slow?.share).toBeLessThan(0.1);
    expect(slow?.inFlight).toBeGreaterThan(2.5);
    expect(slow?.inFlight).toBeLessThan(3);
    expect(1 - (first?.utilization ?? 0)).toBeCloseTo(1 / 3, 1);
  });

  test('retry-storm: rng is idle when it is back; with jitter, it is not', () => {
    const without = answerOf('retry-storm', seed);
    const withJitter = answerOf('retry-jitter', seed);
    expect(without.frames[18]?.speed).toBeCloseTo(100, -1);
    expect(Math.abs(without.answer - 106)).toBeLessThanOrEqual(2);
    expect(Math.abs(withJitter.answer - 179)).toBeLessThanOrEqual(2);
    // At 23 s, nearly all jobs wait for their retry, and no miner has one.
    expect(without.frames[22]?.queue).toMatchObject({ waiting: 0, active: 0 });
    expect(withJitter.frames[22]?.queue.active).toBeGreaterThan(10);
  });

  test('overload: the queue grows by 120 a minute, and never settles', () => {
    const { answer, frames } = answerOf('overload', seed);
    const waitingAt = (minute: number) => frames[60 * minute - 1]?.queue.waiting ?? NaN;
    for (let minute = 2; minute <= 10; minute++) {
      expect(Math.abs(waitingAt(minute) - waitingAt(minute - 1) - 121)).toBeLessThan(5);
    }
    expect(answer).toBeGreaterThan(1190);
    expect(frames.at(-1)?.speed).toBeCloseTo(10, 0);
  });

  test('autoscale-queue: ten miners at one rng, and half of the jobs are undone', () => {
    const { answer, frames, last } = answerOf('autoscale-queue', seed);
    expect(frames[119]?.miners).toBe(10);
    expect(last).toMatchObject({ miners: 10, rng: 1 });
    expect(answer / (20 * 900)).toBeCloseTo(0.5, 1);
  });

  test('autoscale-wait: four rngs after four minutes, then fewer, then four again', () => {
    const { answer, frames } = answerOf('autoscale-wait', seed);
    expect(answer).toBe(0);
    expect(frames[239]).toMatchObject({ rng: 4, queue: { waiting: 0 } });
    const later = frames.slice(240).map(({ rng }) => rng ?? NaN);
    expect(Math.min(...later)).toBeLessThanOrEqual(2);
    expect(later.at(-1)).toBe(4);
  });

  test('killed-miner: 50 s; never less than 30 s, never more than 60 s, and no job is lost', () => {
    const { answer, last } = answerOf('killed-miner', seed);
    expect(answer).toBe(50);
    expect(last.queue.failed).toBe(0);
    const [, kill] = eventOf('killed-miner', 0);
    for (const seconds of [31, 45, 59]) {
      const { frames } = answerOf('killed-miner', seed, { events: [[1000 * seconds, kill]] });
      expect(frames.length - seconds).toBeGreaterThanOrEqual(30);
      expect(frames.length - seconds).toBeLessThanOrEqual(60);
    }
  });

  test('global-concurrency: five more miners change nothing until the limit is removed', () => {
    const { answer, frames, last } = answerOf('global-concurrency', seed);
    const before = frames[19]?.speed ?? NaN;
    expect(before).toBeCloseTo(16, 0);
    expect(Math.abs(answer / before - 1)).toBeLessThan(0.05);
    expect(last.problems[0]?.text).toMatch(/allows only 5 jobs at a time/);
    const scaleOnly = [eventOf('global-concurrency', 1)];
    const without = answerOf('global-concurrency', seed, { events: scaleOnly });
    expect(without.answer / before).toBeCloseTo(2, 0);
  });
});
