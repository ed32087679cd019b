import { describe, expect, test } from 'vitest';
import { partsOf } from './prose.ts';

describe('partsOf', () => {
  test('returns plain text as it is', () => {
    expect(partsOf('Start one.')).toEqual([{ text: 'Start one.', kind: 'text' }]);
    expect(partsOf('')).toEqual([]);
  });

  test('finds code', () => {
    expect(partsOf('Run `npm start`, or `docker compose up`.')).toEqual([
      { text: 'Run ', kind: 'text' },
      { text: 'npm start', kind: 'code' },
      { text: ', or ', kind: 'text' },
      { text: 'docker compose up', kind: 'code' },
      { text: '.', kind: 'text' },
    ]);
  });

  test('finds terms', () => {
    expect(partsOf('All {slots} are busy.')).toEqual([
      { text: 'All ', kind: 'text' },
      { text: 'slots', kind: 'term', after: '' },
      { text: ' are busy.', kind: 'text' },
    ]);
  });

  test('keeps punctuation with the term', () => {
    expect(partsOf('It is {stalled}, so')).toEqual([
      { text: 'It is ', kind: 'text' },
      { text: 'stalled', kind: 'term', after: ',' },
      { text: ' so', kind: 'text' },
    ]);
  });

  test('keeps other braces, and single backticks', () => {
    const text = 'Expected {"a": 1}, got `.';
    expect(partsOf(text).every(({ kind }) => kind === 'text')).toBe(true);
    expect(
      partsOf(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });
});
