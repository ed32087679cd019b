import { describe, expect, test } from 'vitest';
import type { MinerView } from '../../frame.ts';
import { sortMiners, type Column } from './sort-miners.ts';

const miner = (name: string, values: Partial<MinerView> = {}): MinerView => ({
  id: name,
  name,
  host: 'host-1',
  ageMs: 0,
  loops: 0,
  errors: 0,
  coins: 0,
  speed: 1,
  silentMs: 0,
  lost: false,
  ...values,
});

const idsOf = (miners: readonly MinerView[]) => miners.map(({ id }) => id);
const up = (miners: readonly MinerView[], column: Column) =>
  idsOf(sortMiners(miners, { column, descending: false }));
const down = (miners: readonly MinerView[], column: Column) =>
  idsOf(sortMiners(miners, { column, descending: true }));

describe('the order of the miners', () => {
  test('is empty without miners', () => {
    expect(up([], 'name')).toEqual([]);
  });

  test('leaves the given list as it is', () => {
    const miners = [miner('miner-2'), miner('miner-1')];
    sortMiners(miners, { column: 'name', descending: false });
    expect(idsOf(miners)).toEqual(['miner-2', 'miner-1']);
  });
});

describe('by name', () => {
  const miners = [miner('miner-10'), miner('miner-2'), miner('miner-1')];

  test('they count as people count', () => {
    expect(up(miners, 'name')).toEqual(['miner-1', 'miner-2', 'miner-10']);
  });

  test('they count backwards too', () => {
    expect(down(miners, 'name')).toEqual(['miner-10', 'miner-2', 'miner-1']);
  });

  test('those of the same name stay as they were, in both directions', () => {
    const twins = ['b', 'a', 'c'].map((id) => miner('miner-1', { id }));
    expect(up(twins, 'name')).toEqual(['b', 'a', 'c']);
    expect(down(twins, 'name')).toEqual(['b', 'a', 'c']);
  });
});

describe('by host', () => {
  test('they count as people count', () => {
    const miners = [miner('a', { host: 'node-10' }), miner('b', { host: 'node-9' })];
    expect(up(miners, 'host')).toEqual(['b', 'a']);
    expect(down(miners, 'host')).toEqual(['a', 'b']);
  });
});

describe('by number', () => {
  const sortedBy = (column: 'loops' | 'errors' | 'ageMs' | 'silentMs' | 'speed') => {
    const miners = [10, 9, 100].map((value, n) => miner(`miner-${n}`, { [column]: value }));
    return [up(miners, column), down(miners, column)];
  };
  const BOTH = [
    ['miner-1', 'miner-0', 'miner-2'],
    ['miner-2', 'miner-0', 'miner-1'],
  ];

  test('the speed is in order, in both directions', () => {
    expect(sortedBy('speed')).toEqual(BOTH);
  });

  test('the loops are in order, in both directions', () => {
    expect(sortedBy('loops')).toEqual(BOTH);
  });

  test('the errors are in order, in both directions', () => {
    expect(sortedBy('errors')).toEqual(BOTH);
  });

  test('the starts are in order, in both directions', () => {
    expect(sortedBy('ageMs')).toEqual(BOTH);
  });

  test('the silences are in order, in both directions', () => {
    expect(sortedBy('silentMs')).toEqual(BOTH);
  });

  test('fractions count', () => {
    const miners = [miner('a', { speed: 3.25 }), miner('b', { speed: 3.1 })];
    expect(up(miners, 'speed')).toEqual(['b', 'a']);
  });

  test('an unknown speed is less than none', () => {
    const speeds = [0, null, 12];
    const miners = speeds.map((speed) => miner(String(speed), { speed }));
    expect(up(miners, 'speed')).toEqual(['null', '0', '12']);
    expect(down(miners, 'speed')).toEqual(['12', '0', 'null']);
  });
});

describe('miners that are equal', () => {
  const miners = [miner('miner-10'), miner('miner-2'), miner('miner-1')];
  const byName = ['miner-1', 'miner-2', 'miner-10'];

  test('are in the order of their names', () => {
    expect(up(miners, 'errors')).toEqual(byName);
  });

  test('are so in the other direction too, lest the list jump', () => {
    expect(down(miners, 'errors')).toEqual(byName);
  });

  test('are so with unknown speeds', () => {
    const unknown = miners.map((each) => ({ ...each, speed: null }));
    expect(up(unknown, 'speed')).toEqual(byName);
    expect(down(unknown, 'speed')).toEqual(byName);
  });

  test('stay as they were when their names are equal too', () => {
    const twins = ['b', 'a', 'c'].map((id) => miner('miner-1', { id }));
    expect(up(twins, 'loops')).toEqual(['b', 'a', 'c']);
    expect(down(twins, 'loops')).toEqual(['b', 'a', 'c']);
  });
});
