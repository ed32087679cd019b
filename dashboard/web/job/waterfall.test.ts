import { describe, expect, test } from 'vitest';
import type { JobPath } from '../../frame/job-path.ts';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { ADDED_AT, testEnd, testJobPath, testRun } from '../../../tools/stack/job-data.ts';
import { phasesOf } from '../loop-time/loop-phases.ts';
import { waterfallOf, type Row } from './waterfall.ts';

const { upstreams } = testFrame();
const NOW = ADDED_AT + 60_000;

const rowsOf = (path: Partial<JobPath> = {}, phases = phasesOf(upstreams)) =>
  waterfallOf(testJobPath(path), NOW, phases);

/** Returns each row as "label from–to". */
const text = (rows: Row[]) =>
  rows.map(({ label, from, to, goesOn }) => `${label} ${from}–${to}${goesOn ? '…' : ''}`);

test('a loop waits in the queue, then its phases follow one another until it is completed', () => {
  expect(text(rowsOf())).toEqual([
    'in the queue 0–30000',
    'run by miner-3 30000–30800',
    'work 30000–30100',
    'rng wait 30100–30580',
    'rng service (rng-2) 30580–30681',
    'hasher wait 30681–30683',
    'hasher service (hasher-1) 30683–30785',
    'completion 30785–30800',
  ]);
});

test('the phases are hidden with the bottleneck', () => {
  const rows = waterfallOf(testJobPath(), NOW, undefined);
  expect(text(rows)).toEqual(['in the queue 0–30000', 'run by miner-3 30000–30800']);
  expect(JSON.stringify(rows)).not.toMatch(/rng|hasher/);
});

test('a service that does not report how long it serves is one phase', () => {
  const silent = { ...upstreams, rng: { ...upstreams.rng, reports: false } };
  expect(text(rowsOf({}, phasesOf(silent)))).toContain(
    'rng (not reported separately) (rng-2) 30100–30681',
  );
});

test('a failed attempt is followed by its backoff', () => {
  const failed = testEnd({
    ...{ miner: 'miner-1', takenAt: ADDED_AT + 1000, endedAt: ADDED_AT + 1200 },
    ...{ end: 'failed', reason: 'GET http://rng/32: ECONNREFUSED' },
  });
  const rows = rowsOf({ runs: [failed, testRun()] });
  expect(text(rows).slice(0, 4)).toEqual([
    'in the queue 0–1000',
    'run 1 by miner-1 1000–1200',
    'delayed, then in the queue 1200–30000',
    'run 2 by miner-3 30000–30800',
  ]);
  expect(rows.slice(0, 3).map(({ kind }) => kind)).toEqual(['queueWait', 'failed', 'backoff']);
  expect(rows[1]?.note).toBe('Failed: GET http://rng/32: ECONNREFUSED');
});

test.each([
  ['stalled', 'stalled', /^miner-1 died, or lost its lock, sooner: that was noticed only after/],
  ['handed back', 'handedBack', /^Handed back, without using up an attempt: got 503$/],
] as const)('a run that was %s says why, and its job goes to the front', (end, kind, note) => {
  const first = testEnd({
    ...{ miner: 'miner-1', takenAt: ADDED_AT + 1000, endedAt: ADDED_AT + 29_900 },
    ...{ end, reason: 'got 503' },
  });
  const [, run, wait] = rowsOf({ runs: [first, testRun()] });
  expect(run).toMatchObject({ kind, from: 1000, to: 29_900 });
  expect(run?.note).toMatch(note);
  expect(wait).toMatchObject({ label: 'at the front of the queue', from: 29_900, to: 30_000 });
});

describe('a job that is not finished', () => {
  const unfinished = { finishedAt: null, hash: null };

  test('waits until now', () => {
    expect(text(rowsOf({ ...unfinished, state: 'waiting', runs: [] }))).toEqual([
      'in the queue 0–60000…',
    ]);
  });

  test('is delayed until now', () => {
    const failed = testEnd({ end: 'failed', reason: null });
    const rows = rowsOf({ ...unfinished, state: 'delayed', runs: [failed] });
    expect(text(rows).at(-1)).toBe('delayed before the next attempt 30800–60000…');
    expect(rows[1]?.note).toBe('Failed');
  });

  test('is run until now', () => {
    const running = testEnd({ end: 'running', endedAt: null });
    expect(text(rowsOf({ ...unfinished, state: 'active', runs: [running] }))).toEqual([
      'in the queue 0–30000',
      'run by miner-3 30000–60000…',
    ]);
  });

  test('was not taken after now, although the clock of the page is behind', () => {
    const running = testEnd({ end: 'running', endedAt: null, takenAt: NOW + 900 });
    expect(text(rowsOf({ ...unfinished, state: 'active', runs: [running] }))).toEqual([
      'in the queue 0–60900',
      'run by miner-3 60900–60900…',
    ]);
  });
});

test('what is unknown stays unknown', () => {
  const rows = rowsOf({ runs: [testEnd({ miner: null, takenAt: null })] });
  expect(text(rows)).toEqual(['in the queue 0–null', 'run by an unknown miner null–30800']);
  expect(rows[1]?.note).toBe('Where its time went is unknown.');
});

test('clocks of miners that differ make no time negative', () => {
  const first = testEnd({ end: 'handed back', takenAt: ADDED_AT - 50, endedAt: ADDED_AT + 31_000 });
  expect(text(rowsOf({ runs: [first, testRun()] })).slice(0, 3)).toEqual([
    'in the queue 0–0',
    'run 1 by miner-3 0–31000',
    'at the front of the queue 31000–31000',
  ]);
});
