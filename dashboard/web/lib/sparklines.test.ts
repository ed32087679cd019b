import { describe, expect, test } from 'vitest';
import type { MinerView } from '../../frame.ts';
import { appendSpeeds, SPARKLINE_SECONDS, type Sparklines } from './sparklines.ts';

const miner = (id: string, speed: number | null): MinerView => ({
  id,
  name: 'miner',
  host: 'host',
  ageMs: 0,
  loops: 0,
  errors: 0,
  coins: 0,
  speed,
  silentMs: 0,
  lost: false,
});

/** The sparklines after so many seconds, each with the fleet of that second. */
const after = (...fleets: MinerView[][]) =>
  fleets.reduce<Sparklines | undefined>((sparklines, fleet) => appendSpeeds(sparklines, fleet), undefined);

describe('the sparklines', () => {
  test('are none without miners', () => {
    expect(after([])).toEqual(new Map());
  });

  test('begin with the first second', () => {
    expect(after([miner('a', 3)])).toEqual(new Map([['a', [3]]]));
  });

  test('grow by each second, oldest first', () => {
    expect(after([miner('a', 3)], [miner('a', 4)], [miner('a', 2)])?.get('a')).toEqual([3, 4, 2]);
  });

  test('are kept for each miner by its id', () => {
    const sparklines = after([miner('a', 1), miner('b', 10)], [miner('b', 11), miner('a', 2)]);
    expect(sparklines?.get('a')).toEqual([1, 2]);
    expect(sparklines?.get('b')).toEqual([10, 11]);
  });

  test('begin anew with a miner that comes later', () => {
    const sparklines = after([miner('a', 1)], [miner('a', 2), miner('b', 10)]);
    expect(sparklines?.get('b')).toEqual([10]);
  });

  test('show an unknown speed as none', () => {
    expect(after([miner('a', null)], [miner('a', 3)])?.get('a')).toEqual([0, 3]);
  });

  test('show the last seconds only', () => {
    const seconds = Array.from({ length: SPARKLINE_SECONDS + 2 }, (_, n) => [miner('a', n)]);
    const speeds = after(...seconds)?.get('a');
    expect(speeds).toHaveLength(SPARKLINE_SECONDS);
    expect(speeds?.at(0)).toBe(2);
    expect(speeds?.at(-1)).toBe(SPARKLINE_SECONDS + 1);
  });

  test('forget miners that left', () => {
    expect(after([miner('a', 1), miner('b', 2)], [miner('a', 1)])).toEqual(
      new Map([['a', [1, 1]]]),
    );
  });

  test('do not remember a miner that comes back', () => {
    expect(after([miner('a', 1)], [], [miner('a', 5)])?.get('a')).toEqual([5]);
  });

  test('leave those of the second before as they are', () => {
    const before = appendSpeeds(undefined, [miner('a', 1)]);
    appendSpeeds(before, [miner('a', 2)]);
    expect(before).toEqual(new Map([['a', [1]]]));
  });
});
