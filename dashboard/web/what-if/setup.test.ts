import { describe, expect, test } from 'vitest';
import { variationsOf } from '../../../producer/variations.ts';
import { DEFAULTS, planOf } from '../../../simulation/settings.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import { frames } from '../../../simulation/samples.ts';
import { testPoint, testSettings } from '../../../tools/stack/frame-data.ts';
import { setupKey, setupOf, withSettings } from './setup.ts';

describe('the setup that runs', () => {
  test('has only the settings that are not the default', () => {
    expect(setupOf(testPoint(0, { miners: 3, rng: 2 }), 1)).toEqual({
      scale: { miner: 3, rng: 2, hasher: 1 },
      settings: {},
    });
  });

  test.each([
    { RNG_DELAY_MS: 40, RNG_DELAY_DISTRIBUTION: 'exponential' },
    { RNG_SLOTS: 0, HASHER_SLOTS: 3, HASHER_DELAY_MS: 20, MINER_WORK_MS: 30 },
    { RNG_SLOW_REPLICA: 'rng-1', RNG_SLOW_FACTOR: 3 },
    { HASHER_ERROR_RATE: 0.125, RNG_HANG_RATE: 0.01 },
    { MINER_CONCURRENCY: 4, QUEUES: 2 },
    { PRODUCER_RATE: 6.5, PRODUCER_POISON_EVERY: 2 },
    { PRODUCER_POISON_EVERY: 7 },
  ] as const)('is read from a frame: %j', (settings) => {
    const scale = { miner: 3, rng: 2 };
    const [frame] = [...frames(new Pipeline(planOf({ settings, scale })), 12)].slice(-1);
    if (frame === undefined || 'unreachable' in frame) throw new Error('no frame');
    const producer = variationsOf({ ...DEFAULTS, ...settings });
    const running = {
      ...frame,
      settings: frame.settings && { ...frame.settings, ...(producer && { producer }) },
    };
    expect(setupOf(running, frame.queue.names.length)).toEqual({
      scale: { ...scale, hasher: 1 },
      settings,
    });
  });

  test.each([
    ['its settings', { settings: null }],
    ['the number of rngs', { rng: null }],
    [
      'what distinguishes its replicas',
      {
        settings: testSettings({
          hasher: [
            { delayMs: 1, slots: 0 },
            { delayMs: 2, slots: 0 },
          ],
        }),
      },
    ],
    [
      'which miners do what',
      {
        settings: testSettings({
          miner: [
            { delayMs: 1, slots: 1 },
            { delayMs: 1, slots: 2 },
          ],
        }),
      },
    ],
  ])('is unknown without %s', (_, values) => {
    expect(setupOf(testPoint(0, values), 1)).toBeUndefined();
  });
});

test('setups are compared by their values', () => {
  const setup = { scale: { miner: 1, rng: 1, hasher: 1 }, settings: {} };
  const changed = withSettings(setup, { RNG_SLOTS: 2, MINER_WORK_MS: 5 });
  expect(setupKey(changed)).toBe(
    setupKey({
      scale: { hasher: 1, rng: 1, miner: 1 },
      settings: { MINER_WORK_MS: 5, RNG_SLOTS: 2 },
    }),
  );
  expect(setupKey(changed)).not.toBe(setupKey(setup));
  expect(setupKey(withSettings(changed, { RNG_SLOTS: 1, MINER_WORK_MS: 100 }))).toBe(
    setupKey(setup),
  );
});
