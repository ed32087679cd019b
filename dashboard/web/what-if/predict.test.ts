import { describe, expect, test } from 'vitest';
import { MEASURED } from '../../../simulation/settings.ts';
import { kneeOf, predict, type CurvePoint, type Prediction, type Question } from './predict.ts';
import type { Setup } from './setup.ts';

const question = (
  miner: number,
  rng: number,
  settings: Setup['settings'] = {},
  changes: Partial<Question> = {},
): Question => ({
  setup: { scale: { miner, rng, hasher: 1 }, settings },
  costs: MEASURED,
  concurrency: null,
  rate: null,
  ...changes,
});

function predictionOf(asked: Question): Prediction {
  for (const answer of predict(asked))
    if (answer && 'prediction' in answer) return answer.prediction;
  throw new Error('no prediction');
}

function curveOf(asked: Question): CurvePoint[] {
  for (const answer of predict(asked)) if (answer && 'curve' in answer) return answer.curve;
  throw new Error('no curve');
}

test('the prediction comes before the curve, with pauses', () => {
  const answers = [...predict(question(2, 1))];
  expect(answers[0]).toBeUndefined();
  const shape = answers
    .filter((answer) => answer !== undefined)
    .map((answer) => Object.keys(answer));
  expect(shape).toEqual([['prediction'], ['curve']]);
});

describe('a prediction', () => {
  test.each([
    ['two miners', question(2, 1), 6.5, 'miner'],
    ['ten miners', question(10, 1), 10, 'rng'],
    ['two rngs', question(10, 2), 20, 'rng'],
    ['few arrivals', question(10, 1, { PRODUCER_RATE: 6 }), 6, 'arrivals'],
    ['many arrivals', question(4, 1, { PRODUCER_RATE: 15 }), 10, 'rng'],
    ['a slow hasher', question(20, 1, { RNG_SLOTS: 0, HASHER_SLOTS: 1 }), 10, 'hasher'],
    ['a limit of the queue', question(10, 2, {}, { concurrency: 3 }), 9.8, 'queue'],
    ['a rate limit', question(10, 2, {}, { rate: 5 }), 5, 'queue'],
    ['a limit of three queues', question(10, 10, { QUEUES: 3 }, { concurrency: 6 }), 19.5, 'queue'],
    ['a rate limit of three queues', question(10, 10, { QUEUES: 3 }, { rate: 6 }), 6, 'queue'],
    [
      'no delays',
      question(
        2,
        1,
        {
          RNG_DELAY_MS: 0,
          RNG_SLOTS: 0,
          HASHER_DELAY_MS: 0,
          MINER_WORK_MS: 0,
          MINER_CONCURRENCY: 16,
        },
        { costs: { ...MEASURED, cores: 2 } },
      ),
      2 / 0.000443,
      'machine',
    ],
  ] as const)('names what limits the speed: %s', (_, asked, speed, limitedBy) => {
    const prediction = predictionOf(asked);
    expect(prediction.limitedBy).toBe(limitedBy);
    expect(prediction.speed / speed).toBeGreaterThan(0.95);
    expect(prediction.speed / speed).toBeLessThan(1.04);
  });

  test('has the utilization and the wait of each stage', () => {
    const { stages } = predictionOf(question(10, 1));
    const [miner, rng, hasher] = stages;
    expect(miner).toMatchObject({ name: 'miner', waitMs: null });
    expect(miner?.utilization).toBeCloseTo(0.3, 1);
    expect(rng?.utilization).toBeCloseTo(1, 1);
    expect(rng?.waitMs).toBeGreaterThan(680);
    expect(hasher).toMatchObject({ name: 'hasher', utilization: null });
  });

  test('has the utilization of the busiest replica', () => {
    const slow = { RNG_SLOW_REPLICA: 'rng-1', RNG_SLOW_FACTOR: 5 };
    const [, rng] = predictionOf(question(10, 3, slow)).stages;
    expect(rng?.utilization).toBeGreaterThan(0.9);
  });

  test('is nothing without miners', () => {
    expect(predictionOf(question(0, 1)).speed).toBe(0);
  });
});

describe('the curve', () => {
  test('begins with one miner, and has the miners of the setup', () => {
    const curve = curveOf(question(30, 3));
    const miners = curve.map((point) => point.miners);
    expect(miners[0]).toBe(1);
    expect(miners).toContain(30);
    expect(miners).toEqual(miners.toSorted((a, b) => a - b));
  });

  test('has its knee where one rng is enough for no more miners', () => {
    expect(kneeOf(curveOf(question(10, 1)))).toBeCloseTo(3.05, 1);
  });

  test('has no knee if nothing limits the miners', () => {
    expect(kneeOf(curveOf(question(4, 1, { RNG_SLOTS: 0 })))).toBeNull();
    expect(kneeOf([])).toBeNull();
  });
});
