import { describe, expect, test } from 'vitest';
import { testReport } from '../../tools/stack/frame-data.ts';
import { ClassicCounter } from './classic-counter.ts';

const ours = [{ ...testReport('miner-1'), silentMs: 0 }];

/** Feeds a counter for `seconds` seconds; returns it. */
function after(
  seconds: number,
  hashesAt: (second: number) => number,
  loopsAt: (second: number) => number = () => 0,
  miners = ours,
) {
  const counter = new ClassicCounter();
  for (let second = 0; second <= seconds; second++) {
    const at = 1000 * second;
    counter.add({ at, loops: loopsAt(second), lastLoopAt: at }, hashesAt(second), miners);
  }
  return counter;
}

describe('the speed of the counter', () => {
  test('is that of workers that count about once a second', () => {
    const steps = [0, 4, 8, 12, 12]; // 4, 4, 4, 0, …: the classic graph of one worker
    const counter = after(40, (s) => 12 * Math.floor(s / 4) + (steps[s % 4] ?? 0));
    expect(counter.speed()).toBeGreaterThan(2.5);
    expect(counter.speed()).toBeLessThan(3.6);
  });

  test('is unknown at first', () => {
    expect(after(0, () => 100).speed()).toBeNull();
  });

  test('falls to 0 when nothing is counted anymore', () => {
    expect(after(40, (s) => 10 * Math.min(s, 20)).speed()).toBe(0);
  });
});

describe('others count', () => {
  test('if the counter grows and no loop completes', () => {
    expect(after(20, (s) => 10 * s, undefined, []).countsOthers()).toBe(true);
  });

  test('if the counter grows much faster than loops complete', () => {
    expect(
      after(
        20,
        (s) => 13 * s,
        (s) => 3 * s,
      ).countsOthers(),
    ).toBe(true);
  });

  const late = (loops: (second: number) => number) => (s: number) => loops(s - 1 - (s % 2));

  test.each([
    ['count late', (s: number) => 10 * s],
    ['have just stopped', (s: number) => 10 * Math.min(s, 11)],
    ['have just started', (s: number) => 10 * Math.max(s, 5)],
    ['were paused', (s: number) => 10 * (s < 10 ? s : Math.max(10, s - 8))],
  ])('not if our miners %s', (_, loops) => {
    for (let second = 1; second < 40; second++) {
      expect(after(second, late(loops), loops).countsOthers()).toBe(false);
    }
  });

  test('not if Redis has refused the counts of our miners for a while', () => {
    const refused = (s: number) => 10 * (s >= 20 && s < 60 ? 20 : s);
    for (let second = 1; second < 80; second++) {
      expect(after(second, refused, (s) => 10 * s).countsOthers()).toBe(false);
    }
  });

  test('also after a reset', () => {
    const both = after(
      60,
      (s) => (s < 20 ? 100 * s : 13 * (s - 20)),
      (s) => (s < 20 ? 100 * s : 3 * (s - 20)),
    );
    expect(both.countsOthers()).toBe(true);
  });
});
