import { expect, test } from 'vitest';
import { noteOthers } from './others.ts';

const MINERS = [{ name: 'miner', total: 0.4, busiest: 0.1 }];

test('a machine that other programs keep busy is worth a note', () => {
  expect(noteOthers({ cores: 2, machine: 0.95, services: MINERS })).toEqual([
    "Other programs used 75% of this machine's processors, which makes the stack slower.",
  ]);
});

test('a machine that the stack keeps busy is not', () => {
  expect(noteOthers({ cores: 2, machine: 0.4, services: MINERS })).toEqual([]);
  expect(noteOthers({ cores: 2, machine: null, services: MINERS })).toEqual([]);
  expect(noteOthers(undefined)).toEqual([]);
});
