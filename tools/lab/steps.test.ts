import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STEPS } from './args.ts';
import { composeCommands, processCommands } from '../stack/deployment/commands.ts';
import { showExpected, showFigure, showTolerance } from './prediction/prediction.ts';
import { steps } from './steps.ts';

test('the steps have the names and the order of --step', () => {
  expect(steps.map(({ name }) => name)).toEqual(STEPS);
});

test.each(steps)('the reasoning of $name leads to what it predicts', ({ reason, predictions }) => {
  expect(reason).not.toContain('\n');
  const [{ expected, what } = { expected: 0, what: '' }] = predictions;
  if (expected !== 0) expect(reason, what).toContain(showFigure(expected, ''));
});

test.each(steps)('each expected figure of $name is within its tolerance', ({ predictions }) => {
  for (const { expected, tolerance } of predictions) {
    if (typeof expected !== 'number') continue;
    expect(expected).toBeGreaterThanOrEqual(tolerance?.min ?? -Infinity);
    expect(expected).toBeLessThanOrEqual(tolerance?.max ?? Infinity);
  }
});

test('the README quotes the predictions', () => {
  const rows = steps.flatMap(({ name, predictions }) =>
    predictions.map((it, index) => {
      const cells = [it.what, showExpected(it), showTolerance(it)];
      return [index === 0 ? name : '', ...cells].join(' | ');
    }),
  );
  const readme = readFileSync('README.md', 'utf8');
  const quoted = [...readme.matchAll(/^\| ([\w-]*) ?\| (.+) \| (.+) \| .+ \| (.+) \|$/gm)]
    .map(([, ...cells]) => cells.join(' | '))
    .slice(2); // the heading
  expect(quoted.length).toBeGreaterThan(5);
  for (const row of quoted) expect(rows).toContain(row);
});

test('a killed miner is killed by hand in the way of each stack', () => {
  const step = steps.find(({ name }) => name === 'killed-miner');
  expect(step?.commands({ kind: 'processes', commands: processCommands })).toEqual([
    'npm run ps',
    'kill -9 PID',
  ]);
  expect(step?.commands({ kind: 'compose', commands: composeCommands })).toEqual([
    'docker compose ps',
    'docker kill NAME',
  ]);
});

test('four rngs that are chosen at random, which allows 27 hashes/s in simulations, do not pass', () => {
  const [speed] = steps.find(({ name }) => name === 'four-rngs')?.predictions ?? [];
  expect(speed?.tolerance?.min).toBeGreaterThan(27);
});
