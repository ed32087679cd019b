import { describe, expect, test } from 'vitest';
import type { MinerView } from '../../frame/frame.ts';
import { testMiner } from '../../../tools/stack/frame-data.ts';
import { appendSpeeds, SPARKLINE_SECONDS, type Sparklines } from './sparklines.ts';

const miner = (id: string, speed: number | null) => testMiner({ id, speed });

/** The sparklines after one second per fleet. */
const after = (...fleets: MinerView[][]) =>
  fleets.reduce<Sparklines | undefined>(appendSpeeds, undefined);

describe('the sparklines', () => {
  test('are empty without miners', () => {
    expect(after([])).toEqual(new Map());
  });

  test('start with the first second', () => {
    expect(after([miner('a', 3)])).toEqual(new Map([['a', [3]]]));
  });

  test('grow by one speed per second, oldest first', () => {
    expect(after([miner('a', 3)], [miner('a', 4)], [miner('a', 2)])?.get('a')).toEqual([3, 4, 2]);
  });

  test('are kept by miner id', () => {
    const sparklines = after([miner('a', 1), miner('b', 10)], [miner('b', 11), miner('a', 2)]);
    expect(sparklines?.get('a')).toEqual([1, 2]);
    expect(sparklines?.get('b')).toEqual([10, 11]);
  });

  test('start later for a miner that starts later', () => {
    const sparklines = after([miner('a', 1)], [miner('a', 2), miner('b', 10)]);
    expect(sparklines?.get('b')).toEqual([10]);
  });

  test('show an unknown speed as 0', () => {
    expect(after([miner('a', null)], [miner('a', 3)])?.get('a')).toEqual([0, 3]);
  });

  test(`keep the last ${SPARKLINE_SECONDS} seconds`, () => {
    const seconds = Array.from({ length: SPARKLINE_SECONDS + 2 }, (_, n) => [miner('a', n)]);
    const speeds = after(...seconds)?.get('a');
    expect(speeds).toHaveLength(SPARKLINE_SECONDS);
    expect(speeds?.at(0)).toBe(2);
    expect(speeds?.at(-1)).toBe(SPARKLINE_SECONDS + 1);
  });

  test('drop miners that left', () => {
    expect(after([miner('a', 1), miner('b', 2)], [miner('a', 1)])).toEqual(
      new Map([['a', [1, 1]]]),
    );
  });

  test('start over for a miner that returns', () => {
    expect(after([miner('a', 1)], [], [miner('a', 5)])?.get('a')).toEqual([5]);
  });

  test('do not modify the previous ones', () => {
    const previous = appendSpeeds(undefined, [miner('a', 1)]);
    appendSpeeds(previous, [miner('a', 2)]);
    expect(previous).toEqual(new Map([['a', [1]]]));
  });
});
