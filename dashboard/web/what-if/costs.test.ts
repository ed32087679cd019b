import { describe, expect, test } from 'vitest';
import type { Frame } from '../../frame/frame.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import { frames } from '../../../simulation/samples.ts';
import {
  MEASURED,
  planOf,
  type Costs,
  type Scale,
  type Settings,
} from '../../../simulation/settings.ts';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { Calibration } from './costs.ts';

/** Returns what the frames of a simulation with these costs show, after they have settled. */
function calibrate(
  costs: Partial<Costs>,
  { scale = {}, settings = {} }: { scale?: Partial<Scale>; settings?: Partial<Settings> } = {},
): Costs {
  const calibration = new Calibration();
  const pipeline = new Pipeline(planOf({ costs: { ...MEASURED, ...costs }, scale, settings }));
  for (const frame of [...frames(pipeline, 60)].slice(20)) calibration.add(frame as Frame);
  return calibration.costs();
}

describe('the costs of a loop', () => {
  const slower = { requestMs: 4, jobMs: 5, timerMs: 0.8 };

  test('are measured if loops hardly wait', () => {
    const measured = calibrate(slower, { scale: { miner: 2 } });
    expect(measured.requestMs).toBeCloseTo(4, 0);
    expect(measured.timerMs).toBeCloseTo(0.8, 0);
    expect(Math.abs(measured.jobMs - 5)).toBeLessThan(1);
  });

  test.each([
    ['loops wait', { scale: { miner: 10 } }],
    ['miners wait for jobs', { scale: { miner: 2 }, settings: { PRODUCER_RATE: 4 } }],
  ])('are guessed for a job by the cost of a request if %s', (_, setup) => {
    const { requestMs, jobMs } = calibrate(slower, setup);
    expect(requestMs).toBeCloseTo(4, 0);
    expect(jobMs / MEASURED.jobMs).toBeCloseTo(requestMs / MEASURED.requestMs, 5);
  });

  test('are as usual for timers if delays are random', () => {
    const settings = { HASHER_DELAY_DISTRIBUTION: 'uniform' } as const;
    expect(calibrate(slower, { settings }).timerMs).toBe(MEASURED.timerMs);
  });

  test('are as usual without a frame, without loops, and in trouble', () => {
    const calibration = new Calibration();
    expect(calibration.costs()).toEqual(MEASURED);
    calibration.add(testFrame({ miners: 0 }));
    calibration.add({ ...testFrame({ miners: 2 }), troubled: true });
    expect(calibration.costs()).toEqual(MEASURED);
  });

  test('are kept after a change until the means have none of the earlier loops', () => {
    const calibration = new Calibration();
    const frame = (at: number, miners: number, waitMs: number): Frame => {
      const { times, ...rest } = testFrame({ miners, at });
      const wait = { mean: waitMs, p95: waitMs };
      return { ...rest, times: times && { ...times, rngWait: wait, hasherWait: wait } };
    };
    calibration.add(frame(100, 2, 9));
    calibration.add(frame(101, 3, 5));
    calibration.add(frame(112, 3, 5));
    expect(calibration.costs().requestMs).toBe(9);
    calibration.add(frame(113, 3, 4));
    expect(calibration.costs().requestMs).toBe(4);
  });

  test('use the cores of one machine', () => {
    const calibration = new Calibration();
    const frame = testFrame({ miners: 2 });
    calibration.add(frame);
    expect(calibration.costs().cores).toBe(2);
    calibration.add({ ...frame, startedWith: 'swarm' });
    expect(calibration.costs().cores).toBe(0);
  });

  test('have the measured CPU time if the stack is fast', () => {
    const calibration = new Calibration();
    const frame = testFrame({ miners: 2 });
    const services = [{ name: 'rng', total: 0.5, busiest: 0.5 }];
    calibration.add({ ...frame, speed: 1000, cpu: { ...frame.cpu, services } });
    expect(calibration.costs().cpuMs).toEqual({ ...MEASURED.cpuMs, rng: 0.5 });
  });
});
