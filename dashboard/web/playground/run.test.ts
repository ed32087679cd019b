import { describe, expect, test } from 'vitest';
import type { Frame, Outage } from '../../frame/frame.ts';
import type { TimedHappening } from '../../../simulation/happenings.ts';
import { MEASURED, planOf } from '../../../simulation/settings.ts';
import { Run } from './run.ts';
import { at, between, speedOf, type Scenario } from './scenarios/scenario.ts';

const plan = planOf({ scale: { miner: 10 }, costs: MEASURED });

const framesOf = (run: Run, seconds: number): (Frame | Outage)[] =>
  Array.from({ length: seconds }, () => run.nextSecond());

test('there is a frame for each second since the start', () => {
  const run = new Run(plan, []);
  const frames = framesOf(run, 20);
  expect(run.now).toBe(20_000);
  expect(frames.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
});

test('what people do, between steps and at the end of a second, happens again when its times are given', () => {
  const run = new Run(plan, []);
  const events: TimedHappening[] = [];
  const frames: (Frame | Outage)[] = [];
  const happen: Run['happen'] = (happening) => {
    const result = run.happen(happening);
    events.push(result.event);
    if (result.frame !== undefined) frames.push(result.frame);
    return result;
  };
  happen({ kind: 'scale', service: 'rng', replicas: 2 });
  frames.push(...framesOf(run, 5));
  happen({ kind: 'slow', name: 'rng-1', factor: 5 });
  for (let step = 0; step < 500; step++) {
    const frame = run.step();
    if (frame !== undefined) frames.push(frame);
    if (step % 50 === 0) happen({ kind: 'kill', name: `miner-${step / 50 + 1}`, forMs: 800 });
  }
  happen({ kind: 'configure', settings: { RNG_DELAY_MS: 50, MINER_WORK_MS: 20 } });
  frames.push(...framesOf(run, 10));
  expect(events.every(([ms]) => Number.isInteger(ms))).toBe(true);

  const again = new Run(plan, events);
  expect(framesOf(again, frames.length)).toEqual(frames);
  expect(again.situation).toEqual(run.situation);
});

describe('a step', () => {
  test('takes a job elsewhere, or ends a second', () => {
    const run = new Run(plan, []);
    for (let step = 0; step < 100; step++) {
      const before = run.places;
      const frame = run.step();
      if (frame === undefined) expect(run.places).not.toEqual(before);
      else expect(run.now % 1000).toBe(0);
    }
    expect(run.places.completed).toBeGreaterThan(0);
  });

  test('ends the second if no job moves', () => {
    const run = new Run(plan, []);
    run.nextSecond();
    run.happen({ kind: 'scale', service: 'miner', replicas: 0 });
    framesOf(run, 10);
    expect(run.places).toMatchObject({ active: 0, rng: 0, hasher: 0 });
    expect(run.step()).toHaveProperty('at');
    expect(run.now).toBe(12_000);
  });
});

test('the situation is what people have changed', () => {
  const run = new Run(plan, [[500, { kind: 'pause' }]]);
  expect(run.situation).toMatchObject({ scale: plan.scale, paused: false, slow: [] });
  run.nextSecond();
  run.happen({ kind: 'slow', name: 'rng-1', factor: 5 });
  run.happen({ kind: 'concurrency', jobs: 3 });
  run.happen({ kind: 'configure', settings: { RNG_SLOTS: 2 } });
  expect(run.situation).toMatchObject({
    ...{ paused: true, slow: ['rng-1'], concurrency: 3 },
    settings: { RNG_SLOTS: 2, RNG_DELAY_MS: 100 },
  });
  run.happen({ kind: 'slow', name: 'rng-1', factor: 1 });
  expect(run.situation.slow).toEqual([]);
});

test('the plot is told what happened, except for numbers of replicas, which it shows anyway', () => {
  const run = new Run(planOf({ scale: { miner: 2 } }), [
    [1400, { kind: 'scale', service: 'rng', replicas: 2 }],
    [2400, { kind: 'kill', name: 'miner-2', forMs: 800 }],
    [3400, { kind: 'freeze', name: 'rng-1', forMs: 2000 }],
    [4400, { kind: 'configure', settings: { RNG_DELAY_MS: 50, RNG_SLOTS: 2 } }],
    [5400, { kind: 'pause' }],
  ]);
  const latest = Array.from({ length: 7 }, () => run.nextSecond()).at(-1) as Frame;
  expect(latest.notes.map(({ at, text }) => [latest.at - at, text])).toEqual([
    [5, 'miner-2 killed'],
    [4, 'rng-1 frozen for 2 s'],
    [3, 'RNG_DELAY_MS=50, RNG_SLOTS=2'],
    [2, 'queue paused'],
  ]);
});

describe('a question of a scenario has an answer although Redis was unreachable', () => {
  const outage: TimedHappening = [25_000, { kind: 'redis down', forMs: 10_000 }];
  const answerTo = (observe: Scenario['observe']) => {
    const run = new Run(plan, [outage], { observe });
    framesOf(run, 60);
    return run.answer;
  };

  test('when it is asked', () => {
    expect(answerTo(at(30, speedOf))).toBeCloseTo(10, -1);
  });

  test('when the count begins, or ends', () => {
    expect(answerTo(between(28, 38, ({ loops }) => loops))).toBeCloseTo(100, -1);
    expect(answerTo(between(18, 28, ({ loops }) => loops))).toBeGreaterThan(50);
  });
});
