import { expect, test } from 'vitest';
import { toJson } from './json.ts';
import { judge } from './prediction/prediction.ts';
import type { StepResult } from './run.ts';

const SPEED = { what: 'speed', unit: 'hashes/s', expected: 10, tolerance: { min: 8, max: 10.5 } };

const resultOf = (measured: number): StepResult => {
  const check = judge(SPEED, measured);
  return {
    name: 'ten-miners',
    question: 'Are ten miners ten times as fast?',
    commands: ['npm run scale miner=10'],
    reason: 'rng serves one request at a time.',
    ...{ checks: [check], pass: check.pass, notes: [], bars: [], marks: [], history: [] },
  };
};

test('each step has the figures of its first check', () => {
  expect(JSON.parse(toJson('processes', 1, [resultOf(9.8)]))).toMatchObject({
    deployment: 'processes',
    pass: true,
    steps: [
      {
        name: 'ten-miners',
        expected: 10,
        measured: 9.8,
        unit: 'hashes/s',
        tolerance: { min: 8, max: 10.5 },
        pass: true,
        commands: ['npm run scale miner=10'],
      },
    ],
  });
});

test('one failed step fails all, and a figure that could not be measured is null', () => {
  expect(JSON.parse(toJson('compose', 2, [resultOf(9.8), resultOf(NaN)]))).toMatchObject({
    pass: false,
    steps: [{ pass: true }, { pass: false, measured: null }],
  });
});

test.each([[[]], [[resultOf(9.8)]]])('an interrupted lab has not passed', (results) => {
  expect(JSON.parse(toJson('processes', 2, results))).toMatchObject({ pass: false, selected: 2 });
});
