import { describe, expect, test } from 'vitest';
import { explanationId, isTerm, TERMS, type TermName } from './terms.ts';

describe('the terms', () => {
  test.each(Object.entries(TERMS))('%s is explained in one sentence', (_, sentence) => {
    expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
  });

  test('have ids without spaces', () => {
    const ids = (Object.keys(TERMS) as TermName[]).map(explanationId);
    expect(ids).toContain('term-in-flight');
    expect(ids.join()).not.toContain(' ');
  });
});

describe('isTerm', () => {
  test('knows the terms, and nothing else', () => {
    expect(isTerm('in flight')).toBe(true);
    expect(isTerm('toString')).toBe(false);
  });
});
