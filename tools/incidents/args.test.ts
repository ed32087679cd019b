import { describe, expect, test } from 'vitest';
import { parseIncidentArgs } from './args.ts';

const START = { command: 'start', kind: undefined, seed: undefined, only: undefined };

test('without arguments, it starts a random incident on the stack that runs', () => {
  expect(parseIncidentArgs([])).toEqual(START);
});

test('the scenario and the stack can be chosen', () => {
  expect(parseIncidentArgs(['--seed', '7', '--compose'])).toEqual({
    ...START,
    kind: 'compose',
    seed: 7,
  });
  expect(parseIncidentArgs(['--only', 'paused-queue'])).toEqual({ ...START, only: 'paused-queue' });
});

test('an answer is asked for, or given', () => {
  expect(parseIncidentArgs(['--answer'])).toEqual({ command: 'answer', answer: undefined });
  expect(parseIncidentArgs(['--answer', 'rng', 'a replica is slow'])).toEqual({
    command: 'answer',
    answer: { part: 'rng', cause: 'a replica is slow' },
  });
});

test.each(['list', 'give-up'])('--%s', (command) => {
  expect(parseIncidentArgs([`--${command}`])).toEqual({ command });
});

describe('rejects', () => {
  test.each([
    [['--sed', '1'], '--sed: expected one of --answer, --give-up, '],
    [['--seed', 'x'], '--seed x: expected a number from 0 to 1000000'],
    [['--seed', '1', '--only', 'paused-queue'], 'expected either --seed or --only'],
    [['--only', 'fire'], '--only fire: expected one of npm run incident -- --list'],
    [['--answer', '--give-up'], 'expected either --answer or --give-up'],
    [['--answer', 'rng'], '--answer: expected PART CAUSE'],
    [['--answer', 'rng', 'is', 'slow'], 'put quotes around a text with spaces'],
    [['--answer', '--seed', '1'], '--seed: expected without --answer'],
    [['rng'], 'unexpected argument: rng'],
  ])('%j', (args, message) => {
    expect(() => parseIncidentArgs(args)).toThrow(message);
  });
});
