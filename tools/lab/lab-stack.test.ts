import { describe, expect, test } from 'vitest';
import { processCommands } from '../stack/deployment/commands.ts';
import { changeOf, commandsFor } from './lab-stack.ts';

const TEN = { scale: { miner: 10, rng: 1 }, fast: false, settings: {} };
const FOUR_RNGS = { ...TEN, scale: { miner: 10, rng: 4 } };

describe('a stack becomes another', () => {
  test('by scaling only the services that differ', () => {
    expect(changeOf(TEN, FOUR_RNGS)).toEqual({ rng: 4 });
    expect(commandsFor(processCommands, TEN, FOUR_RNGS)).toEqual(['npm run scale rng=4']);
  });

  test('by doing nothing if they are equal', () => {
    expect(changeOf(TEN, { ...TEN })).toEqual({});
    expect(commandsFor(processCommands, TEN, { ...TEN })).toEqual([]);
  });

  test('by a restart if its settings or delays differ', () => {
    expect(changeOf(TEN, { ...TEN, fast: true })).toBeUndefined();
    expect(changeOf(TEN, { ...TEN, settings: { MINER_LOCK_MS: '5000' } })).toBeUndefined();
    expect(commandsFor(processCommands, TEN, { ...TEN, fast: true })).toEqual([
      'Ctrl-C',
      'npm start -- --fast --scale miner=10',
    ]);
  });

  test('by a start if nothing runs', () => {
    expect(changeOf(undefined, TEN)).toBeUndefined();
    expect(commandsFor(processCommands, undefined, TEN)).toEqual(['npm start -- --scale miner=10']);
  });
});
