import { describe, expect, test } from 'vitest';
import { testFrame } from '../../../tools/stack/frame-data.ts';
import { doorsOf, slotWords } from './doors.ts';

const rng = (rngs: number) => testFrame({ miners: 10, rngs }).upstreams.rng;
const hasher = testFrame().upstreams.hasher;

describe('the doors', () => {
  test('are one per replica, with its slots', () => {
    expect(doorsOf(rng(4))).toEqual(Array(4).fill({ replicas: 1, closed: false, slots: 1 }));
    expect(doorsOf(hasher)).toEqual([{ replicas: 1, closed: false, slots: 0 }]);
  });

  test('of avoided replicas are closed, even if they have just responded', () => {
    const avoided = [{ name: 'rng-2', reason: 'timeout' }];
    expect(doorsOf({ ...rng(2), avoided }).map(({ closed }) => closed)).toEqual([false, true]);
  });

  test('stand for several replicas if there are many', () => {
    const doors = doorsOf(rng(20));
    expect(doors).toHaveLength(7);
    expect(doors[0]).toEqual({ replicas: 3, closed: false, slots: 3 });
    expect(doors[6]).toEqual({ replicas: 2, closed: false, slots: 2 });
  });

  test('are a single one if the replicas have no names; it is closed if requests fail', () => {
    const unnamed = { ...rng(1), replicas: [] };
    const failures = { miners: 1, errors: 3, reason: 'ECONNREFUSED' };
    expect(doorsOf(unnamed)).toEqual([{ replicas: 1, closed: false, slots: null }]);
    expect(doorsOf({ ...unnamed, failures })[0]?.closed).toBe(true);
  });
});

describe('the number of slots in words', () => {
  test('is that of all replicas', () => {
    expect(slotWords(rng(1))).toBe('1 at a time');
    expect(slotWords(rng(4))).toBe('4 at a time');
    expect(slotWords(hasher)).toBe('all at once');
  });

  test('is empty if it is not known', () => {
    expect(slotWords({ ...hasher, replicas: [{ name: 'hasher-1', slots: null }] })).toBe('');
    expect(slotWords({ ...hasher, replicas: [] })).toBe('');
  });
});
