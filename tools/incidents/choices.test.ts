import { expect, test } from 'vitest';
import { choicesOf, listChoices, parseAnswer, verdictOn } from './choices.ts';
import { SCENARIOS } from './scenarios/all.ts';

test('the right cause is among six different ones, all from scenarios', () => {
  const known = SCENARIOS.map(({ cause }) => cause);
  for (const scenario of SCENARIOS) {
    const { causes } = choicesOf(scenario, 1);
    expect(new Set(causes).size).toBe(6);
    expect(causes).toContain(scenario.cause);
    expect(known).toEqual(expect.arrayContaining([...causes]));
  }
});

test('the order depends on the seed alone, and the right cause may be anywhere', () => {
  const cause = 'paused';
  expect(choicesOf({ cause }, 3)).toEqual(choicesOf({ cause }, 3));
  const places = Array.from({ length: 100 }, (_, seed) =>
    choicesOf({ cause }, seed).causes.indexOf(cause),
  );
  expect([...new Set(places)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

const CHOICES = { parts: ['rng', 'queue'], causes: ['a replica is slow', 'paused'] } as const;

test.each([
  ['queue', 'paused'],
  ['2', '2'],
  ['QUEUE', ' Paused '],
])('%s, %s is an answer', (part, cause) => {
  expect(parseAnswer(CHOICES, part, cause)).toEqual({ part: 'queue', cause: 'paused' });
});

test.each([
  ['miner', '1', 'expected a part or its number, got "miner":\n  1  rng\n  2  queue'],
  ['0', '1', 'expected a part or its number, got "0"'],
  ['1', '3', 'expected a cause or its number, got "3":\n  1  a replica is slow\n  2  paused'],
])('%s, %s is rejected', (part, cause, message) => {
  expect(() => parseAnswer(CHOICES, part, cause)).toThrow(message);
});

test('choices are numbered from one', () => {
  expect(listChoices(CHOICES.causes)).toBe('  1  a replica is slow\n  2  paused\n');
});

test('a right cause with a wrong part is told from a wrong cause, for every scenario', () => {
  for (const { part, cause } of SCENARIOS) {
    const right = { part, cause };
    const otherPart = part === 'hasher' ? 'rng' : 'hasher';
    expect(verdictOn(right, right)).toBeUndefined();
    expect(verdictOn({ part: otherPart, cause }, right)).toContain('The cause is right');
    expect(verdictOn({ part, cause: 'other' }, right)).toContain('The part is right');
    expect(verdictOn({ part: otherPart, cause: 'other' }, right)).toBe('That is not it.');
  }
});
