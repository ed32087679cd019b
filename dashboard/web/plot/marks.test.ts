import { expect, test } from 'vitest';
import { testPoint } from '../../../tools/stack/frame-data.ts';
import { marksNear, marksOf, type Mark } from './marks.ts';

const points = Array.from({ length: 40 }, (_, n) =>
  testPoint(100 + n, { miners: n < 20 ? 1 : 10 }),
);
const note = (at: number, text = 'note'): Mark => ({ at, kind: 'note', text });

test('changes and notes are marks, oldest first', () => {
  const notes = [
    { at: 110, text: 'now ten!' },
    { at: 130, text: 'why?' },
  ];
  expect(marksOf(points, notes)).toEqual([
    { at: 110, kind: 'note', text: 'now ten!' },
    { at: 120, kind: 'change', text: 'miner 1 → 10' },
    { at: 130, kind: 'note', text: 'why?' },
  ]);
});

test('marks near a time are at most so many seconds away', () => {
  const marks = [note(90), note(99), note(100), note(101), note(102)];
  expect(marksNear(marks, 100, 1).map(({ at }) => at)).toEqual([99, 100, 101]);
  expect(marksNear(marks, 100, 0.3).map(({ at }) => at)).toEqual([100]);
});
