import { expect, test } from 'vitest';
import { readJobId } from './read-job-id.ts';

test.each([
  ['123', '123'],
  ['loops 123', '123'],
  ['  loops:123 ', '123'],
  ['loops repeat-1', 'repeat-1'],
])('%j names a job', (text, id) => {
  expect(readJobId(text, ['loops'])).toEqual({ by: 'id', queue: 'loops', id });
});

test('with several queues, it needs the name of one', () => {
  const queues = ['loops-1', 'loops-2'];
  expect(readJobId('loops-2 17', queues)).toEqual({ by: 'id', queue: 'loops-2', id: '17' });
  expect(readJobId('17', queues)).toBe(
    'Expected a job such as loops-1 123; the queues are loops-1, loops-2.',
  );
});

test.each(['', 'loops 1 2', 'other 1', 'loops '])('%j names none', (text) => {
  expect(readJobId(text, ['loops-1', 'loops-2'])).toMatch(/^Expected a job such as/);
});

test('what was expected names the queue', () => {
  expect(readJobId('', ['loops'])).toBe('Expected a job such as 123; the queues are loops.');
});
