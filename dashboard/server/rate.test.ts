import { describe, expect, test } from 'vitest';
import { markOf, slide, speedOf, WINDOW_MS, type Mark } from './rate.ts';

/** What is read at a moment where loops end every `period` from `start` to `stop`. All in ms. */
function markAt(at: number, period: number, start: number, stop = Infinity): Mark {
  const end = Math.min(at, stop);
  const loops = end < start ? 0 : Math.floor((end - start) / period) + 1;
  return { at, loops, lastLoopAt: loops === 0 ? at : start + (loops - 1) * period };
}

/** The speeds told at the end of each second. */
function speeds(seconds: number, read: (at: number) => Mark): (number | null)[] {
  let marks: Mark[] = [];
  return Array.from({ length: seconds }, (_, second) => {
    const jitter = (second * 7) % 5;
    marks = slide(marks, read(second * 1000 + jitter));
    return speedOf(marks);
  });
}

/** The speeds told of a loop each `period` ms, for several ways in which loops and looks may fall together. */
function toldOf(period: number): (number | null)[][] {
  return Array.from({ length: 17 }, (_, n) =>
    speeds(30, (at) => markAt(at, period, (n / 17) * period - 10 * period)),
  );
}

describe('the speed of steady work', () => {
  test.each([30, 99.7, 300, 301.3])('is exact from the second look on: a loop each %f ms', (ms) => {
    for (const told of toldOf(ms)) expectNear(told.slice(1), 1000 / ms);
  });

  test.each([777, 1500])('is exact in a full window: a loop each %f ms', (ms) => {
    for (const told of toldOf(ms)) expectNear(told.slice(5), 1000 / ms);
  });

  function expectNear(told: (number | null)[], speed: number) {
    for (const one of told) expect(Math.abs((one ?? NaN) / speed - 1)).toBeLessThan(0.01);
  }
});

describe('the speed when work stops', () => {
  const told = speeds(20, (at) => markAt(at, 300, -3000, 8000)).slice(9);

  test('falls from look to look', () => {
    for (const [index, speed] of told.slice(1).entries()) {
      expect(speed).toBeLessThanOrEqual(told[index] ?? NaN);
    }
  });

  test('is at most what a loop that ends right now would make it', () => {
    const first = { at: 0, loops: 0, lastLoopAt: 0 };
    expect(speedOf([first, { at: 5000, loops: 5, lastLoopAt: 5000 }])).toBeCloseTo(1);
    expect(speedOf([first, { at: 10_000, loops: 5, lastLoopAt: 5000 }])).toBeCloseTo(0.6);
  });

  test('is 0 when no loop has ended within the window', () => {
    expect(told.at(-1)).toBe(0);
    expect(told.indexOf(0)).toBeLessThanOrEqual(WINDOW_MS / 1000);
  });
});

describe('the speed when work begins again', () => {
  const idle = { at: 60_000, loops: 10, lastLoopAt: 3000 };

  test('does not count the pause before', () => {
    const marks = [
      { at: 61_000, loops: 13, lastLoopAt: 60_900 },
      { at: 62_000, loops: 16, lastLoopAt: 61_800 },
      { at: 63_000, loops: 20, lastLoopAt: 63_000 },
    ];
    expect(speedOf([idle, ...marks])).toBeCloseTo(10 / 3, 2);
  });

  test('is not known after a single loop', () => {
    expect(speedOf([idle, { at: 61_000, loops: 11, lastLoopAt: 60_900 }])).toBeNull();
  });

  test('is that of steady work as soon as the window holds nothing else', () => {
    const told = speeds(15, (at) => markAt(at, 300, 6100));
    expect(told.slice(0, 7).every((speed) => !speed)).toBe(true);
    for (const speed of told.slice(13)) expect(speed).toBeCloseTo(10 / 3, 2);
  });
});

describe('the speed is not known', () => {
  const mark = { at: 1000, loops: 5, lastLoopAt: 900 };

  test('before the first look', () => {
    expect(speedOf([])).toBeNull();
  });

  test('after the first look', () => {
    expect(speedOf([mark])).toBeNull();
  });

  test('where no time passed between two looks', () => {
    expect(speedOf([mark, mark])).toBeNull();
  });

  test('where the count was reset in between', () => {
    expect(speedOf([mark, { at: 2000, loops: 2, lastLoopAt: 1900 }])).toBeNull();
  });
});

describe('the window', () => {
  const mark = (at: number, loops = at) => ({ at, loops, lastLoopAt: at });

  test('holds the looks of the last 5 seconds, the newest last', () => {
    const marks = [1000, 2000, 3000].map((at) => mark(at));
    expect(slide(marks, mark(7000))).toEqual([mark(2000), mark(3000), mark(7000)]);
  });

  test('forgets what was before a reset', () => {
    expect(slide([mark(1000, 50), mark(2000, 60)], mark(3000, 1))).toEqual([mark(3000, 1)]);
  });

  test('begins again after a reset, so that the speed is known with the next look', () => {
    const marks = slide(slide([mark(1000, 50)], mark(2000, 1)), mark(3000, 11));
    expect(speedOf(marks)).toBe(10);
  });
});

test('the very first loops are no faster than the others', () => {
  const marks = [
    { at: 1_000_000, loops: 0, lastLoopAt: 0 },
    { at: 1_001_000, loops: 3, lastLoopAt: 1_000_700 },
    { at: 1_002_000, loops: 7, lastLoopAt: 1_001_900 },
  ];
  expect(speedOf(marks)).toBeCloseTo(10 / 3, 1);
});

describe('the time of the last loop', () => {
  const before = { at: 10_000, loops: 5, lastLoopAt: 9900 };

  test('is its age before the reading', () => {
    const mark = markOf({ at: 11_000, loops: 8, lastLoopAge: 250 }, before);
    expect(mark).toEqual({ at: 11_000, loops: 8, lastLoopAt: 10_750 });
  });

  test('stays what it was if there was no loop since', () => {
    expect(markOf({ at: 11_000, loops: 5, lastLoopAge: 3_600_000 }, before).lastLoopAt).toBe(9900);
  });

  test.each([-3_600_000, 3_600_000, null])(
    'is that of the reading if the age of %s ms cannot be right: the clock of Redis was set',
    (lastLoopAge) => {
      expect(markOf({ at: 11_000, loops: 8, lastLoopAge }, before).lastLoopAt).toBe(11_000);
    },
  );

  test('is unknown before the first loop', () => {
    expect(markOf({ at: 500, loops: 0, lastLoopAge: null }, undefined).lastLoopAt).toBe(-Infinity);
  });
});
