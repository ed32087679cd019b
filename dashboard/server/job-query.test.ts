import { expect, test } from 'vitest';
import { parseJobQuery } from './job-query.ts';

const parse = (query: string) => parseJobQuery(Object.fromEntries(new URLSearchParams(query)));

test.each([
  ['queue=loops&id=1', { by: 'id', queue: 'loops', id: '1' }],
  ['id=a%20b&queue={loops-1}', { by: 'id', queue: '{loops-1}', id: 'a b' }],
  ['miner=miner-1', { by: 'miner', miner: 'miner-1' }],
  ['slowest', { by: 'slowest' }],
  ['retried=', { by: 'retried' }],
])('?%s is a query', (query, expected) => {
  expect(parse(query)).toEqual(expected);
});

test.each([
  '',
  'id=1',
  'queue=loops',
  'queue=&id=1',
  'queue=loops&id=',
  'miner=',
  'slowest=1',
  'slowest=&retried=',
  'miner=a&id=1',
  'queue=loops&id=1&x=',
  '__proto__=1',
])('?%s is not, and the answer says what is', (query) => {
  expect(parse(query)).toBe(
    `expected ?queue=loops&id=1, ?miner=miner-1, ?slowest or ?retried, got ?${query}`,
  );
});

test('the answer is short, however long the query', () => {
  expect((parse(`x=${'y'.repeat(10_000)}`) as string).length).toBeLessThan(300);
});
