import { describe, expect, test } from 'vitest';
import type { Variations } from '@dockercoins/common/reports';
import { testSettings } from '../../../tools/stack/frame-data.ts';
import type { Settings } from '../../frame/frame.ts';
import { letterOf, needLetters, setupWords, type Setup } from './setup-words.ts';

const setup = (changes: Partial<Settings> = {}, counts: Partial<Setup> = {}): Setup => ({
  rng: 1,
  hasher: 1,
  settings: testSettings(changes),
  ...counts,
});
const varied = (variations: Variations) => ({ delayMs: 100, slots: 1, variations });
const plain = { delayMs: 100, slots: 1 };

describe('the words of setups', () => {
  test.each<[string, Setup, string]>([
    [
      'random delays',
      setup({ rng: [varied({ delays: 'exponential' })] }),
      'rng has exponential delays',
    ],
    ['errors', setup({ rng: [varied({ errors: 0.1 })] }), 'rng fails 10% of requests'],
    ['hangs', setup({ rng: [varied({ hangs: 0.05 })] }), 'rng never answers 5% of requests'],
    ['a slow replica', setup({ rng: [varied({ slower: 5 }), plain] }), 'an rng is 5 times slower'],
    ['a leak', setup({ rng: [varied({ leakKb: 1000 })] }), 'rng leaks 1000 KiB per request'],
    ['poison', setup({ producer: { poisonEvery: 20 } }), 'producer makes 1 job in 20 poison'],
    ['a fixed rate', setup({ producer: { rate: 5 } }), 'producer adds 5 jobs/s'],
  ])('name %s, and that the usual one has no variations', (_, other, words) => {
    for (const revealed of [false, true]) {
      expect(setupWords([setup(), other], other, revealed)).toEqual(['no variations', words]);
    }
  });

  test('say only what differs', () => {
    const slow = setup({ rng: [varied({ leakKb: 1 })] }, { rng: 4 });
    const both = setup({ rng: [varied({ leakKb: 1 })] }, { rng: 2, hasher: 2 });
    expect(setupWords([slow, both], both, true)).toEqual(['4 rngs; 1 hasher', '2 rngs; 2 hashers']);
  });

  test('say if there are no variations', () => {
    const leaks = setup({ rng: [varied({ leakKb: 1 })] }, { rng: 4 });
    expect(setupWords([setup(), leaks], leaks, false)).toEqual([
      '1 rng; no variations',
      '4 rngs; rng leaks 1 KiB per request',
    ]);
  });

  const fast = setup({ miner: [{ delayMs: 0, slots: 4 }], rng: [{ delayMs: 50, slots: 0 }] });

  test('have delays and slots once the bottleneck is revealed', () => {
    expect(setupWords([setup(), fast], fast, true)).toEqual([
      'work 100 ms; 1 at once per miner; rng 100 ms; rng serves 1 at once',
      'work 0 ms; 4 at once per miner; rng 50 ms; rng serves all at once',
    ]);
  });

  test('only say that they are other ones before that', () => {
    expect(setupWords([setup({}, { hasher: 2 }), fast], fast, false)).toEqual([
      '2 hashers; other settings',
      '1 hasher; current settings',
    ]);
  });

  test('say if settings are unknown', () => {
    const unknown = setup({}, { settings: null });
    expect(setupWords([unknown, setup({}, { rng: 2 })], undefined, true)).toEqual([
      '1 rng; unknown settings',
      '2 rngs',
    ]);
  });
});

test('setups need letters if more than their numbers of rngs differs', () => {
  expect(needLetters([setup(), setup({}, { rng: 4 })])).toBe(false);
  expect(needLetters([setup(), setup({}, { hasher: 2 })])).toBe(true);
  expect(needLetters([setup(), setup({ rng: [varied({ leakKb: 1 })] })])).toBe(true);
});

test('the letters do not run out', () => {
  expect([0, 1, 25, 26, 53].map(letterOf)).toEqual(['A', 'B', 'Z', 'A2', 'B3']);
});
