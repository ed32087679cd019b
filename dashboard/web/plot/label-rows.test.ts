import { describe, expect, test } from 'vitest';
import { ellipsize, placeLabels } from './label-rows.ts';

const edges = { left: 0, right: 100 };
const place = (...labels: [x: number, width: number][]) =>
  placeLabels(
    labels.map(([x, width]) => ({ x, width })),
    edges,
    { rows: 2, gap: 5 },
  );

describe('labels', () => {
  test('are centered', () => {
    expect(place([50, 20])).toEqual([{ left: 40, row: 0 }]);
  });

  test('stay between the edges', () => {
    expect(place([3, 20], [99, 20])).toEqual([
      { left: 0, row: 0 },
      { left: 80, row: 0 },
    ]);
  });

  test('share a row if there is a gap between them', () => {
    expect(place([20, 20], [45, 20])).toMatchObject([{ row: 0 }, { row: 0 }]);
  });

  test('do not overlap: the later one is in the first row', () => {
    expect(place([20, 20], [44, 20])).toMatchObject([{ row: 1 }, { row: 0 }]);
  });

  test('get no place if all rows are taken, oldest first', () => {
    expect(place([20, 20], [21, 20], [22, 20])).toMatchObject([undefined, { row: 1 }, { row: 0 }]);
  });
});

describe('ellipsize', () => {
  const fit = (text: string, length: number) => ellipsize(text, (t) => t.length <= length);

  test('keeps a text that fits', () => {
    expect(fit('miner 1 → 10', 20)).toBe('miner 1 → 10');
  });

  test('shortens a text, without a space before the ellipsis', () => {
    expect(fit('why is it slow?', 8)).toBe('why is…');
  });

  test('does not cut characters in half', () => {
    expect(fit('🪙🪙🪙', 4)).toBe('🪙…');
  });

  test('leaves an ellipsis if nothing fits', () => {
    expect(fit('note', 0)).toBe('…');
  });
});
