/**
 * What the explanations claim is what the simulation shows.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { Meter, type Figures } from '../../../simulation/figures.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import { MEASURED, planOf } from '../../../simulation/settings.ts';
import { STEPS } from './steps.ts';

/** A minute, after ten seconds to settle. */
function simulate(id: string): Figures {
  const scale = STEPS.find((step) => step.id === id)?.scale;
  const pipeline = new Pipeline(planOf({ ...(scale && { scale }), costs: MEASURED }));
  pipeline.runUntil(10_000);
  const meter = new Meter(pipeline);
  pipeline.runUntil(70_000);
  return meter.figures();
}

const speedOf = (id: string) => simulate(id).hashesPerSecond;

describe('the explanation of', () => {
  const one = speedOf('one');

  test('one miner: slightly less than 3.33', () => {
    expect(one).toBeGreaterThan(3.2);
    expect(one).toBeLessThan(3.33);
  });

  test('two miners: twice the speed', () => {
    expect(speedOf('two') / one).toBeCloseTo(2, 1);
  });

  test('ten miners: three times the speed', () => {
    expect(speedOf('ten') / one).toBeCloseTo(3, 0);
  });

  test('the wait: eight miners at rng, of which one is served', () => {
    const { rngWaitMs, rngServiceMs, rngUtilization, hashesPerSecond } = simulate('wait');
    expect(rngUtilization).toBeGreaterThan(0.98);
    const atRng = (hashesPerSecond * ((rngWaitMs ?? NaN) + (rngServiceMs ?? NaN))) / 1000;
    expect(Math.round(atRng)).toBe(8);
  });

  test('two rngs: ten loops per second each, both fully used', () => {
    const { hashesPerSecond, rngUtilization } = simulate('two-rngs');
    expect(hashesPerSecond / 20).toBeCloseTo(1, 1);
    expect(rngUtilization).toBeGreaterThan(0.95);
  });

  test('four rngs: the miners are the bottleneck', () => {
    const { hashesPerSecond, rngUtilization } = simulate('four-rngs');
    expect(hashesPerSecond).toBeGreaterThan(31);
    expect(hashesPerSecond).toBeLessThan(33.3);
    expect(rngUtilization).toBeLessThan(0.9);
  });

  test('eight rngs: no faster', () => {
    expect(speedOf('eight-rngs') / speedOf('four-rngs')).toBeCloseTo(1, 1);
  });
});
