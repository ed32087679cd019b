import { expect, test } from 'vitest';
import { testPoint } from '../stack/frame-data.ts';
import { judge } from './prediction/prediction.ts';
import type { StepResult } from './run.ts';
import { renderReport } from './report.ts';

const SPEED = { what: 'speed', unit: 'hashes/s', expected: 10, tolerance: { min: 8, max: 10.5 } };

function resultOf(changes: Partial<StepResult> = {}): StepResult {
  const checks = [judge(SPEED, 9.8)];
  return {
    name: 'ten-miners',
    question: 'Are ten miners ten times as fast?',
    commands: ['npm run scale miner=10'],
    reason: 'rng serves one request at a time.',
    checks,
    pass: checks.every(({ pass }) => pass),
    notes: [],
    bars: [],
    marks: [],
    history: [3, null, 9.8, 9.9].map((speed, at) => testPoint(1000 + at, { speed })),
    ...changes,
  };
}

test('shows the command, the prediction with its reasoning, and the measurement', async () => {
  const page = await renderReport('processes', 1, [resultOf()]);
  for (const text of [
    '1 of 1 steps are as predicted',
    '$ npm run scale miner=10',
    'rng serves one request at a time.',
    '10 hashes/s',
    '9.8 hashes/s',
    '8 to 10.5',
    '✓ pass',
  ]) {
    expect(page).toContain(text);
  }
});

test('an interrupted lab has not passed, and says how many steps ran', async () => {
  const page = await renderReport('processes', 2, [resultOf()]);
  expect(page).toMatch(
    /"verdict fail">\s+1 of 2 steps are as predicted\. Interrupted: 1 of 2 steps ran\./,
  );
  expect(await renderReport('processes', 2, [])).toContain('Interrupted: 0 of 2 steps ran.');
});

test('plots the speed over time, and leaves out seconds without one', async () => {
  const page = await renderReport('processes', 1, [resultOf()]);
  const [, points = ''] = /<polyline\s+class="measured"\s+points="([^"]*)"/.exec(page) ?? [];
  expect(points.split(' ').map((point) => point.split(',')[0])).toEqual(['0', '666.7', '1000']);
});

test('shows bars, notes, and errors', async () => {
  const page = await renderReport('compose', 1, [
    resultOf({
      pass: false,
      error: 'timed out',
      notes: ['rng: U = 1.00.'],
      bars: [{ title: 'rng', unit: 'ms', bars: [{ label: '1', value: 752 }], expected: 750 }],
    }),
  ]);
  for (const text of ['0 of 1 steps', '✗ fail', 'timed out', 'rng: U = 1.00.', '>752<', 'rng, ms'])
    expect(page).toContain(text);
});

test('escapes whatever a stack returns', async () => {
  const attack = '<script>alert(1)</script>" onload="alert(2)';
  const page = await renderReport('processes', 2, [
    resultOf({
      error: attack,
      notes: [attack],
      commands: [attack],
      checks: [judge({ what: attack, unit: '', expected: 'rng' }, attack)],
      marks: [{ at: 1001, label: attack }],
    }),
    resultOf({ bars: [{ title: attack, unit: attack, bars: [{ label: attack, value: 1 }] }] }),
  ]);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  expect(page).not.toContain('" onload="');
});

test('needs no network', async () => {
  const page = await renderReport('processes', 1, [resultOf({ commands: [], reason: '' })]);
  expect(page).not.toMatch(/\b(?:src|href)=(?!"#)|url\(|@import/);
  expect(page).not.toContain('//');
});

test('a step that has no history has no plot', async () => {
  expect(await renderReport('processes', 1, [resultOf({ history: [] })])).not.toContain(
    '<polyline',
  );
});
