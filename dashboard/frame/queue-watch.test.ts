import { describe, expect, test } from 'vitest';
import { QueueWatch } from './queue-watch.ts';
import type { Sample } from './sample.ts';

/** Returns the part of a sample that matters, taken at this second. */
function sampleAt(
  second: number,
  values: {
    added?: number;
    waiting?: number;
    delayed?: number;
    leader?: null;
    producer?: { name: string; dropped: number };
  },
) {
  const { added = 0, waiting = 100, delayed = 0, leader, producer } = values;
  return {
    reading: { at: 1000 * second, loops: 0, lastLoopAge: null },
    added,
    queue: { waiting, delayed },
    producer,
    leader: leader === null ? null : 'producer-1',
  } as Sample;
}

function watch(...samples: Sample[]): QueueWatch {
  const queue = new QueueWatch();
  for (const sample of samples) queue.update(sample, true);
  return queue;
}

test('the rates are those of the last five seconds', () => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7].map((second) =>
    sampleAt(second, { added: second < 2 ? 0 : 10 * (second - 2), waiting: 100 - 3 * second }),
  );
  expect(watch(...samples).rates()).toEqual({ added: 10, growth: -3 });
});

test('the rates are unknown at first, and after a reset', () => {
  const first = sampleAt(0, { added: 50 });
  expect(watch(first).rates()).toEqual({ added: null, growth: null });
  expect(watch(first, sampleAt(1, { added: 3 })).rates()).toEqual({ added: null, growth: null });
});

test('jobs that are delayed do not make the backlog grow', () => {
  const samples = [0, 1, 2].map((second) => sampleAt(second, { delayed: 50 * second }));
  expect(watch(...samples).rates().growth).toBe(0);
});

describe('the jobs dropped per second', () => {
  const droppedAfter = (...reports: ([name: string, dropped: number] | undefined)[]) =>
    watch(
      ...reports.map((report, at) => {
        if (report === undefined) return sampleAt(at, {});
        const [name, dropped] = report;
        return sampleAt(at, { producer: { name, dropped } });
      }),
    ).dropped();

  test('count from the first report of the leader', () => {
    expect(droppedAfter(undefined, undefined)).toBe(0);
    expect(droppedAfter(['a', 100], ['a', 110], ['a', 120])).toBe(10);
    expect(droppedAfter(['a', 100], ['a', 110], ['b', 0])).toBe(0);
  });

  test('are those since the leader reports again, or leads again', () => {
    expect(droppedAfter(['a', 50_000], undefined, ['a', 50_003])).toBe(0);
    expect(droppedAfter(undefined, ['a', 50_003], ['a', 50_006])).toBe(3);
    expect(droppedAfter(['a', 50_000], ['b', 7], ['a', 50_010], ['a', 50_013])).toBe(3);
  });

  test('are 0 after a restart of the leader', () => {
    expect(droppedAfter(['a', 110], ['a', 0])).toBe(0);
  });
});

test('a missing leader is noticed from when it was last seen, or from the start', () => {
  const alone = (second: number) => sampleAt(second, { leader: null });
  expect(watch(sampleAt(0, {})).missing().leaderMs).toBe(0);
  expect(watch(sampleAt(0, {}), alone(1), alone(4)).missing().leaderMs).toBe(4000);
  expect(watch(alone(10)).missing().leaderMs).toBe(0);
  expect(watch(alone(10), alone(12)).missing().leaderMs).toBe(2000);
});

test('missing jobs count only while there are miners', () => {
  const empty = (second: number) => sampleAt(second, { waiting: 0 });
  expect(watch(sampleAt(0, {}), empty(2), empty(5)).missing().jobsMs).toBe(5000);
  const withoutMiners = new QueueWatch();
  for (const second of [0, 5]) withoutMiners.update(empty(second), false);
  expect(withoutMiners.missing().jobsMs).toBe(0);
});

test('growth lasts until the backlog has not grown for five seconds', () => {
  const rising = Array.from({ length: 21 }, (_, n) => sampleAt(n, { waiting: 100 + 2 * n }));
  expect(watch(...rising).growingMs()).toBe(20_000);
  const level = [21, 22, 23, 24].map((second) => sampleAt(second, { waiting: 140 }));
  expect(watch(...rising, ...level).growingMs()).toBe(24_000);
  expect(watch(...rising, ...level, sampleAt(25, { waiting: 140 })).growingMs()).toBe(0);
});
