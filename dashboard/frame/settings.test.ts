import { describe, expect, test } from 'vitest';
import { testSettings } from '../../tools/stack/frame-data.ts';
import { sameSettings, settingsText } from './settings.ts';

const slow = {
  delayMs: 100,
  slots: 1,
  variations: { slower: 5, leakKb: 1 },
};

describe('settings are compared', () => {
  test('by their values, whatever the order of the properties', () => {
    const reordered = testSettings({ rng: [{ slots: 1, variations: {}, delayMs: 100 }] });
    expect(sameSettings(testSettings(), reordered)).toBe(true);
    expect(sameSettings(null, null)).toBe(true);
  });

  test.each([
    ['work', { miner: [{ delayMs: 0, slots: 1 }] }],
    ['jobs per miner', { miner: [{ delayMs: 100, slots: 2 }] }],
    ['slots', { rng: [{ delayMs: 100, slots: 0 }] }],
    ['a variation', { hasher: [{ delayMs: 100, slots: 0, variations: { leakKb: 1 } }] }],
    ['a replica', { rng: [slow, { delayMs: 100, slots: 1 }] }],
    ['the producer', { producer: { rate: 5 } }],
  ])('%s makes a difference', (_, changes) => {
    expect(sameSettings(testSettings(), testSettings(changes))).toBe(false);
    expect(sameSettings(testSettings(changes), null)).toBe(false);
  });
});

describe('settings in words', () => {
  test('have the delays, and unusual numbers of slots', () => {
    expect(settingsText(testSettings())).toBe('work 100 ms, rng 100 ms × 1, hasher 100 ms');
  });

  test('have all that differ, and all variations', () => {
    const settings = testSettings({
      miner: [{ delayMs: 0, slots: 4 }],
      rng: [slow, { delayMs: 50, slots: 2 }],
      producer: { rate: 5 },
    });
    expect(settingsText(settings)).toBe(
      'work 0 ms × 4, rng 100 ms × 1 (is 5 times slower; leaks 1 KiB per request) or 50 ms × 2, hasher 100 ms, producer adds 5 jobs/s',
    );
  });

  test('are empty if they are unknown', () => {
    expect(settingsText(null)).toBe('');
  });
});
