import { describe, expect, test } from 'vitest';
import type { Point } from '../../frame/frame.ts';
import { testPoint, testSettings } from '../../../tools/stack/frame-data.ts';
import { currentStep, outcomeOf, withMeasurement, type Answers } from './progress.ts';
import { scaleText, STEPS } from './steps.ts';

const [ONE] = STEPS;
const TEN = STEPS[2] ?? ONE;
const WAIT = STEPS[3] ?? ONE;

/** 20 seconds of the same. */
const seconds = (values: Partial<Point>, from = 0) =>
  Array.from({ length: 20 }, (_, at) => testPoint(from + at, values));

const TWO_DONE: Answers = {
  one: { predicted: 3, measured: 3.3 },
  two: { predicted: 6, measured: 6.6 },
};

describe('a step', () => {
  test('is measured only after a prediction', () => {
    expect(withMeasurement({}, seconds({ speed: 3.3 }))).toEqual({});
    expect(withMeasurement({ one: { predicted: 10 } }, seconds({ speed: 3.3 }))).toEqual({
      one: { predicted: 10, measured: 3.3 },
    });
  });

  test('takes what already ran before the prediction', () => {
    const points = [...seconds({ speed: 3.3 }), ...seconds({ speed: 6.6, miners: 2 }, 20)];
    const answers = withMeasurement({ one: { predicted: 10 } }, points);
    expect(answers['one']?.measured).toBe(3.3);
  });

  test.each<[string, Partial<Point>]>([
    ['other miners', { miners: 9 }],
    ['other rngs', { rng: 2 }],
    ['an unknown number of hashers', { hasher: null }],
    ['a problem', { troubled: true }],
    ['other delays', { settings: testSettings({ rng: [{ delayMs: 50, slots: 1 }] }) }],
    ['unknown settings', { settings: null }],
  ])('does not count %s', (_, values) => {
    const answers: Answers = { ...TWO_DONE, ten: { predicted: 33 } };
    expect(withMeasurement(answers, seconds({ miners: 10, speed: 9.8, ...values }))).toBe(answers);
    const measured = withMeasurement(answers, seconds({ miners: 10, speed: 9.8 }));
    expect(measured['ten']?.measured).toBe(9.8);
  });

  test('about the response time measures that', () => {
    const answers: Answers = {
      ...TWO_DONE,
      ten: { predicted: 33, measured: 9.8 },
      wait: { predicted: 100 },
    };
    const points = seconds({ miners: 10, speed: 9.8, rngMs: 700 });
    expect(withMeasurement(answers, points)['wait']?.measured).toBe(700);
    const unknown = seconds({ miners: 10, speed: 9.8, rngMs: null });
    expect(withMeasurement(answers, unknown)).toBe(answers);
  });
});

test('the steps come one after the other', () => {
  let answers: Answers = {};
  const taken: string[] = [];
  for (let step = currentStep(answers); step !== undefined; step = currentStep(answers)) {
    taken.push(step.id);
    const { miner: miners, rng, hasher } = step.scale;
    answers = withMeasurement(
      { ...answers, [step.id]: { predicted: 1 } },
      seconds({ miners, rng, hasher, speed: 5 }),
    );
  }
  expect(taken).toEqual(STEPS.map(({ id }) => id));
});

test('the outcome compares with the prediction, and speeds with one miner', () => {
  const one = { predicted: 3, measured: 3.27 };
  expect(outcomeOf(ONE, one, one)).toBe('Measured: 3.3 hashes/s. You predicted 3.0 hashes/s.');
  expect(outcomeOf(TEN, { predicted: 33, measured: 9.81 }, one)).toBe(
    'Measured: 9.8 hashes/s, 3.0 times as fast as one miner. You predicted 33.0 hashes/s.',
  );
  expect(outcomeOf(WAIT, { predicted: 100, measured: 702 }, one)).toBe(
    'Measured: 702 ms. You predicted 100 ms.',
  );
  expect(outcomeOf(TEN, { predicted: 33 }, one)).toBe('You predicted 33.0 hashes/s.');
});

test('what has to run, in words', () => {
  expect(scaleText({ miner: 10, rng: 1, hasher: 1 })).toBe('10 miners, 1 rng, 1 hasher');
});
