import { expect, test } from 'vitest';
import { testMiner } from '../../../tools/stack/frame-data.ts';
import { minerGroups } from './miner-groups.ts';

const fleet = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    testMiner({ id: `id-${n}`, name: `miner-${n}`, concurrency: 2 }),
  );

test('up to 50 miners have a square each, by name', () => {
  const [first, ...others] = fleet(50);
  const groups = minerGroups([...others, { ...testMiner(first), lost: true }].reverse());
  expect(groups.map(({ id }) => id).slice(8, 11)).toEqual(['id-8', 'id-9', 'id-10']);
  expect(groups).toHaveLength(50);
  expect(groups[0]).toEqual({ id: 'id-0', miners: 1, lost: true, active: 1, concurrency: 2 });
});

test('more miners share squares', () => {
  const groups = minerGroups(fleet(120));
  expect(groups).toHaveLength(40);
  expect(groups[1]).toEqual({ id: 'id-3', miners: 3, lost: false, active: 3, concurrency: 6 });
});

test('lost miners share no square with others', () => {
  const miners = fleet(60).map((miner, n) => ({ ...miner, lost: n === 30 }));
  const lost = minerGroups(miners).filter((group) => group.lost);
  expect(lost).toEqual([expect.objectContaining({ id: 'id-30', miners: 1 })]);
});

test('no miners need no squares', () => {
  expect(minerGroups([])).toEqual([]);
});
