import { expect, test } from 'vitest';
import { Order } from './order.ts';
import type { Tile } from './tile.ts';

const trouble = { severity: 'error', word: 'away', text: 'Not reachable' } as const;

const tile = (name: string, values: Partial<Tile> = {}): Tile => ({
  url: `http://${name}/`,
  name,
  guess: undefined,
  state: 'running',
  figures: undefined,
  step: 3,
  trouble: undefined,
  ...values,
});

/** Returns the names after each of these rounds. */
const namesAfter = (...rounds: Tile[][]) => {
  const order = new Order();
  return rounds.map((tiles) =>
    order
      .sort(tiles)
      .map(({ name }) => name)
      .join(' '),
  );
};

test('errors come first, then warnings, then whoever has come least far, then the names, with their numbers', () => {
  const tiles = [
    tile('node10'),
    tile('node2'),
    tile('far', { step: 7 }),
    tile('behind', { step: 1 }),
    tile('ill', { trouble, step: 5 }),
    tile('slow', { trouble: { ...trouble, severity: 'warning' }, step: 1 }),
    tile('lost', { trouble, step: 0, state: 'away' }),
  ];
  expect(namesAfter(tiles)).toEqual(['lost ill slow behind node2 node10 far']);
});

test('a tile moves only after three rounds', () => {
  const well = [tile('a'), tile('b')];
  const ill = [tile('a'), tile('b', { trouble })];
  expect(namesAfter(well, ill, ill, ill, ill)).toEqual(['a b', 'a b', 'a b', 'b a', 'b a']);
});

test('a tile does not move because of what comes and goes', () => {
  const well = [tile('a'), tile('b')];
  const ill = [tile('a'), tile('b', { trouble })];
  const names = namesAfter(well, ill, ill, well, ill, well, ill, ill);
  expect(new Set(names)).toEqual(new Set(['a b']));
});

test('the first answer counts at once', () => {
  const asking = [tile('a', { state: 'asking' }), tile('b', { state: 'asking' })];
  const answered = [tile('a'), tile('b', { trouble, state: 'away' })];
  expect(namesAfter(asking, answered)).toEqual(['a b', 'b a']);
});

test('speeds do not change the order', () => {
  const tiles = [tile('a'), tile('b'), tile('c')];
  expect(namesAfter(tiles, tiles.toReversed())).toEqual(['a b c', 'a b c']);
});
