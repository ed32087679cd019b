import { describe, expect, test } from 'vitest';
import {
  addReading,
  growthOf,
  LONG_WINDOW_MS,
  speedOf,
  speedWithin,
  toReading,
  WINDOW_MS,
  type Reading,
} from './rate.ts';

/** Returns the reading at a moment if a loop completes every `period` from `start` to `stop`. All in ms. */
function readingAt(at: number, period: number, start: number, stop = Infinity): Reading {
  const end = Math.min(at, stop);
  const loops = end < start ? 0 : Math.floor((end - start) / period) + 1;
  return { at, loops, lastLoopAt: loops === 0 ? at : start + (loops - 1) * period };
}

/** Returns the speed after each of `seconds` readings, one per second. */
function speeds(seconds: number, read: (at: number) => Reading): (number | null)[] {
  let window: Reading[] = [];
  return Array.from({ length: seconds }, (_, second) => {
    const jitter = (second * 7) % 5;
    window = addReading(window, read(second * 1000 + jitter));
    return speedOf(window);
  });
}

/** Returns the speeds of a loop every `period` ms, for 17 phases between loops and readings. */
function steadySpeeds(period: number): (number | null)[][] {
  return Array.from({ length: 17 }, (_, n) =>
    speeds(30, (at) => readingAt(at, period, (n / 17) * period - 10 * period)),
  );
}

describe('the speed of steady work', () => {
  test.each([30, 99.7, 300, 301.3])(
    'is exact from the second reading on, with a loop every %f ms',
    (ms) => {
      for (const measured of steadySpeeds(ms)) expectNear(measured.slice(1), 1000 / ms);
    },
  );

  test.each([777, 1500])('is exact in a full window, with a loop every %f ms', (ms) => {
    for (const measured of steadySpeeds(ms)) expectNear(measured.slice(5), 1000 / ms);
  });

  function expectNear(measured: (number | null)[], expected: number) {
    for (const speed of measured) {
      expect(Math.abs((speed ?? NaN) / expected - 1)).toBeLessThan(0.01);
    }
  }
});

describe('the speed when work stops', () => {
  const measured = speeds(20, (at) => readingAt(at, 300, -3000, 8000)).slice(9);

  test('falls with every reading', () => {
    for (const [index, speed] of measured.slice(1).entries()) {
      expect(speed).toBeLessThanOrEqual(measured[index] ?? NaN);
    }
  });

  test('is at most what it would be if a loop completed right now', () => {
    const first = { at: 0, loops: 0, lastLoopAt: 0 };
    expect(speedOf([first, { at: 5000, loops: 5, lastLoopAt: 5000 }])).toBeCloseTo(1);
    const last = { at: 10_000, loops: 5, lastLoopAt: 5000 };
    expect(speedWithin([first, last], WINDOW_MS)).toBeCloseTo(0.6);
  });

  test('is 0 if no loop completed within the window', () => {
    expect(measured.at(-1)).toBe(0);
    expect(measured.indexOf(0)).toBeLessThanOrEqual(WINDOW_MS / 1000);
  });
});

describe('the speed when work resumes', () => {
  const idle = { at: 60_000, loops: 10, lastLoopAt: 3000 };

  test('does not include the pause', () => {
    const readings = [
      { at: 61_000, loops: 13, lastLoopAt: 60_900 },
      { at: 62_000, loops: 16, lastLoopAt: 61_800 },
      { at: 63_000, loops: 20, lastLoopAt: 63_000 },
    ];
    expect(speedOf([idle, ...readings])).toBeCloseTo(10 / 3, 2);
  });

  test('is unknown after a single loop', () => {
    expect(speedOf([idle, { at: 61_000, loops: 11, lastLoopAt: 60_900 }])).toBeNull();
  });

  test('is that of steady work once the window is full again', () => {
    const measured = speeds(15, (at) => readingAt(at, 300, 6100));
    expect(measured.slice(0, 7).every((speed) => !speed)).toBe(true);
    for (const speed of measured.slice(13)) expect(speed).toBeCloseTo(10 / 3, 2);
  });
});

describe('the speed of loops that come in bursts', () => {
  /** Ten loops within 0.3 s, every `period` ms. */
  const burstAt = (period: number) => (at: number) => {
    const bursts = Math.floor(at / period) + 1;
    const inBurst = Math.min(10, Math.floor((at % period) / 30) + 1);
    const loops = 10 * (bursts - 1) + inBurst;
    return { at, loops, lastLoopAt: (bursts - 1) * period + (inBurst - 1) * 30 };
  };

  test.each([3100, 4400, 6000])('varies little if there is one every %i ms', (period) => {
    const measured = speeds(60, burstAt(period)).slice(25);
    for (const speed of measured) {
      expect((speed ?? NaN) / (10_000 / period)).toBeGreaterThan(0.6);
      expect((speed ?? NaN) / (10_000 / period)).toBeLessThan(1.5);
    }
  });
});

describe('the growth of a count', () => {
  const count = (second: number, value: number) => ({ at: 1000 * second, count: value });

  test('is measured over the last five seconds', () => {
    expect(growthOf([count(0, 0), count(1, 50), count(3, 60), count(6, 100)])).toBe(10);
    expect(growthOf([count(0, 100), count(2, 90)])).toBe(-5);
  });

  test('is unknown without two readings', () => {
    expect(growthOf([])).toBeNull();
    expect(growthOf([count(0, 1)])).toBeNull();
  });
});

describe('the speed is unknown', () => {
  const reading = { at: 1000, loops: 5, lastLoopAt: 900 };

  test('without a reading', () => {
    expect(speedOf([])).toBeNull();
  });

  test('after a single reading', () => {
    expect(speedOf([reading])).toBeNull();
  });

  test('if no time passed between two readings', () => {
    expect(speedOf([reading, reading])).toBeNull();
  });

  test('if the count was reset between two readings', () => {
    expect(speedOf([reading, { at: 2000, loops: 2, lastLoopAt: 1900 }])).toBeNull();
  });
});

describe('the window', () => {
  const reading = (at: number, loops = at) => ({ at, loops, lastLoopAt: at });

  test('holds the readings of the last 20 seconds, the latest last', () => {
    const readings = Array.from({ length: 21 }, (_, second) => reading(1000 * second));
    const added = addReading(readings, reading(21_000));
    expect(added).toEqual([...readings.slice(1), reading(21_000)]);
    expect(added.at(-1)?.at).toBe((added[0]?.at ?? NaN) + LONG_WINDOW_MS);
  });

  test('drops everything before a gap in the readings', () => {
    expect(addReading([reading(1000), reading(2000)], reading(5001))).toEqual([reading(5001)]);
  });

  test('starts with the last reading of a pause', () => {
    const readings = [reading(1000), reading(2000)];
    expect(addReading(readings, reading(3000), true)).toEqual([reading(2000), reading(3000)]);
  });

  test('drops readings from before a reset', () => {
    const window = [reading(1000, 50), reading(2000, 60)];
    expect(addReading(window, reading(3000, 1))).toEqual([reading(3000, 1)]);
  });

  test('starts over after a reset, so the speed is known with the next reading', () => {
    const afterReset = addReading([reading(1000, 50)], reading(2000, 1));
    expect(speedOf(addReading(afterReset, reading(3000, 11)))).toBe(10);
  });
});

test('the very first loops are no faster than the others', () => {
  const readings = [
    { at: 1_000_000, loops: 0, lastLoopAt: 0 },
    { at: 1_001_000, loops: 3, lastLoopAt: 1_000_700 },
    { at: 1_002_000, loops: 7, lastLoopAt: 1_001_900 },
  ];
  expect(speedOf(readings)).toBeCloseTo(10 / 3, 1);
});

describe('the time of the last loop', () => {
  const previous = { at: 10_000, loops: 5, lastLoopAt: 9900 };

  test('is the time of the reading minus its age', () => {
    const reading = toReading({ at: 11_000, loops: 8, lastLoopAge: 250 }, previous);
    expect(reading).toEqual({ at: 11_000, loops: 8, lastLoopAt: 10_750 });
  });

  test('stays the same if there was no loop since the previous reading', () => {
    const reading = toReading({ at: 11_000, loops: 5, lastLoopAge: 3_600_000 }, previous);
    expect(reading.lastLoopAt).toBe(9900);
  });

  test.each([-3_600_000, 3_600_000, null])(
    "is the time of the reading if an age of %s ms is impossible because Redis' clock was set",
    (lastLoopAge) => {
      const reading = toReading({ at: 11_000, loops: 8, lastLoopAge }, previous);
      expect(reading.lastLoopAt).toBe(11_000);
    },
  );

  test('is -Infinity before the first loop', () => {
    const reading = toReading({ at: 500, loops: 0, lastLoopAge: null }, undefined);
    expect(reading.lastLoopAt).toBe(-Infinity);
  });
});
