import { expect, test } from 'vitest';
import { processCommands } from '../stack/deployment/commands.ts';
import { pausedQueue } from './scenarios/paused-queue.ts';
import { testFrame } from '../stack/frame-data.ts';
import { duration, healthyText, hintsText, listText, pageText, solutionText } from './text.ts';

const AT = new Date(2026, 0, 1, 14, 2);
const observe = (before: number, now: number, afterMs = 6400) => ({ before, now, afterMs });

test('a page says when what changed, and how', () => {
  const { symptom } = pausedQueue;
  expect(pageText(symptom, observe(9.93, 4.84), AT)).toBe(
    '14:02 speed dropped from 9.9 to 4.8 hashes/s',
  );
  const failed = { ...symptom, what: 'failed jobs', unit: '' };
  expect(pageText(failed, observe(0, 12), AT)).toBe('14:02 failed jobs rose from 0 to 12');
});

test('the hints name no scenario', () => {
  const origins = { dashboard: 'http://d', rng: 'http://r', hasher: 'http://h' };
  const deployment = {
    kind: 'processes',
    origins,
    redisUrl: 'redis://x',
    commands: processCommands,
  };
  const text = hintsText(deployment as never);
  expect(text).toContain('http://d/queues');
  expect(text).toContain('npm run ps');
  expect(text).toMatch(/(redis|valkey)-cli -u redis:\/\/x/);
  expect(text).not.toMatch(/slow|frozen|paused|limit/);
});

test('the solution has the answer, what showed it first, and the evidence', () => {
  const page = { symptom: observe(10, 0), firstFigure: observe(3, 0, 900) };
  const text = solutionText(pausedQueue, page);
  expect(text).toContain('queue: paused (the queue is paused).');
  expect(text.replaceAll('\n', ' ')).toContain(
    'First to show it, 900 ms after the change: active jobs, 0 instead of 3. The pager, which watches the speed, took 6 s.',
  );
  expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
  expect(solutionText(pausedQueue, undefined)).not.toContain('First');
});

test('the list has a line for each scenario', () => {
  expect(listText([pausedQueue])).toBe(
    [
      'NAME           PART    CAUSE    WHAT HAPPENS',
      'paused-queue   queue   paused   the queue is paused',
      '',
    ].join('\n'),
  );
});

test.each([
  [820, '800 ms'],
  [6400, '6 s'],
  [59_400, '59 s'],
  [59_700, '1 min 0 s'],
  [200_000, '3 min 20 s'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('a stack with failed jobs is not said to be without problems alone', () => {
  const frame = testFrame({ miners: 1 });
  expect(healthyText(frame)).toBe(
    'The stack is healthy again: 3.3 hashes/s, 1 miner, no problems.\n',
  );
  const queue = { ...frame.queue, failed: 20 };
  expect(healthyText({ ...frame, queue })).toContain('no problems, 20 failed jobs as before.');
});
