import { expect, test } from 'vitest';
import { axisOf } from './axis.ts';
import type { Kind, Row } from './waterfall.ts';

const row = (kind: Kind, from: number | null, to: number | null, isPhase = false): Row => ({
  ...{ label: kind, kind, from, to, isPhase },
  ...{ goesOn: false, note: '' },
});

test('a wait is drawn no longer than the run; within a run, time passes evenly', () => {
  const axis = axisOf([row('queueWait', 0, 30_000), row('run', 30_000, 30_400)]);
  expect(axis.place(30_000)).toBeCloseTo(1 / 2);
  expect(axis.place(30_200)).toBeCloseTo(3 / 4);
  expect(axis.place(30_400)).toBe(1);
  expect(axis.isShortened(0, 30_000)).toBe(true);
  expect(axis.isShortened(30_000, 30_400)).toBe(false);
});

test('short waits are as long as they are', () => {
  const axis = axisOf([row('queueWait', 0, 100), row('run', 100, 400)]);
  expect(axis.place(100)).toBe(0.25);
  expect(axis.isShortened(0, 100)).toBe(false);
});

test('several waits, and a run that stalled, are each as long as the longest run, not shorter than what took less time', () => {
  const axis = axisOf([
    row('queueWait', 0, 10_000),
    row('stalled', 10_000, 50_000),
    row('queueWait', 50_000, 60_000),
    row('run', 60_000, 60_300),
  ]);
  expect(axis.place(10_000)).toBeCloseTo(1 / 4);
  expect(axis.place(50_000)).toBeCloseTo(2 / 4);
  expect(axis.place(60_000)).toBeCloseTo(3 / 4);
});

test('a job that only waits has the whole axis, and nothing is shortened', () => {
  const axis = axisOf([row('queueWait', 0, 30_000)]);
  expect(axis.place(15_000)).toBe(0.5);
  expect(axis.isShortened(0, 30_000)).toBe(false);
});

test('unknown times, and a job that was added just now, have a place', () => {
  expect(axisOf([row('queueWait', 0, 0)]).place(0)).toBe(0);
  const axis = axisOf([row('queueWait', 0, null), row('run', null, 400)]);
  expect(axis.place(400)).toBe(1);
});

test('a phase that ends after its run, by rounding, ends with it', () => {
  const axis = axisOf([row('run', 0, 100), row('work', 0, 100.4, true)]);
  expect(axis.place(100.4)).toBe(1);
});
