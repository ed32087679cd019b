import { describe, expect, test } from 'vitest';
import type { MinerView } from '../../frame/frame.ts';
import { testMiner } from '../../../tools/stack/frame-data.ts';
import { sortMiners, type Column } from './sort-miners.ts';

const miner = (name: string, values: Partial<MinerView> = {}) =>
  testMiner({ id: name, name, ...values });

const idsOf = (miners: readonly MinerView[]) => miners.map(({ id }) => id);
const ascending = (miners: readonly MinerView[], column: Column) =>
  idsOf(sortMiners(miners, { column, descending: false }));
const descending = (miners: readonly MinerView[], column: Column) =>
  idsOf(sortMiners(miners, { column, descending: true }));

const MINERS = [miner('miner-10'), miner('miner-2'), miner('miner-1')];
const BY_NAME = ['miner-1', 'miner-2', 'miner-10'];
/** Three miners with the same name, told apart by their ids. */
const NAMESAKES = ['b', 'a', 'c'].map((id) => miner('miner-1', { id }));

describe('sortMiners', () => {
  test('returns nothing without miners', () => {
    expect(ascending([], 'name')).toEqual([]);
  });

  test('does not modify the list', () => {
    const miners = [miner('miner-2'), miner('miner-1')];
    sortMiners(miners, { column: 'name', descending: false });
    expect(idsOf(miners)).toEqual(['miner-2', 'miner-1']);
  });

  test('sorts names in natural order', () => {
    expect(ascending(MINERS, 'name')).toEqual(BY_NAME);
  });

  test('sorts names in reverse order', () => {
    expect(descending(MINERS, 'name')).toEqual(['miner-10', 'miner-2', 'miner-1']);
  });

  test.each(['loops', 'errors', 'cpu', 'ageMs', 'silentMs', 'speed'] as const)(
    'sorts %s as numbers, in both directions',
    (column) => {
      const miners = [10, 9, 100].map((value, n) => miner(`miner-${n}`, { [column]: value }));
      expect(ascending(miners, column)).toEqual(['miner-1', 'miner-0', 'miner-2']);
      expect(descending(miners, column)).toEqual(['miner-2', 'miner-0', 'miner-1']);
    },
  );

  test('compares fractions', () => {
    const miners = [miner('a', { speed: 3.25 }), miner('b', { speed: 3.1 })];
    expect(ascending(miners, 'speed')).toEqual(['b', 'a']);
  });

  test('sorts an unknown speed below 0', () => {
    const speeds = [0, null, 12];
    const miners = speeds.map((speed) => miner(String(speed), { speed }));
    expect(ascending(miners, 'speed')).toEqual(['null', '0', '12']);
    expect(descending(miners, 'speed')).toEqual(['12', '0', 'null']);
  });
});

describe('equal miners', () => {
  test('are sorted by name', () => {
    expect(ascending(MINERS, 'errors')).toEqual(BY_NAME);
  });

  test('are sorted by name in descending order, too, so that rows do not jump', () => {
    expect(descending(MINERS, 'errors')).toEqual(BY_NAME);
  });

  test('are sorted by name if their speeds are unknown', () => {
    const unknown = MINERS.map((equal) => ({ ...equal, speed: null }));
    expect(ascending(unknown, 'speed')).toEqual(BY_NAME);
    expect(descending(unknown, 'speed')).toEqual(BY_NAME);
  });

  test.each(['name', 'loops'] as const)(
    'keep their order when sorted by %s if their names are equal, too',
    (column) => {
      expect(ascending(NAMESAKES, column)).toEqual(['b', 'a', 'c']);
      expect(descending(NAMESAKES, column)).toEqual(['b', 'a', 'c']);
    },
  );
});
