import { expect, test } from 'vitest';
import { formatGuess, loadGuess, saveGuess } from './guess.ts';

function fakeStorage(initial?: string): Storage {
  const values = new Map(initial === undefined ? [] : [['dockercoins.guess.live', initial]]);
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage;
}

test('a guess is kept', () => {
  const storage = fakeStorage();
  saveGuess(storage, 'live', { speed: 33, settings: 'work 100 ms' });
  expect(loadGuess(storage, 'live')).toEqual({ speed: 33, settings: 'work 100 ms' });
  expect(loadGuess(storage, 'simulated')).toBeUndefined();
});

test('a guess can be cleared', () => {
  const storage = fakeStorage();
  saveGuess(storage, 'live', { speed: 33, settings: '' });
  saveGuess(storage, 'live', undefined);
  expect(loadGuess(storage, 'live')).toBeUndefined();
});

test.each([undefined, '', 'x', 'null', '33', '{"speed":"33","settings":""}', '{"speed":33}'])(
  'there is no guess in storage with %j',
  (value) => {
    expect(loadGuess(fakeStorage(value), 'live')).toBeUndefined();
  },
);

test('a guess is written without superfluous digits', () => {
  expect([33, 33.5, 33.33, 4371].map(formatGuess)).toEqual(['33', '33.5', '33.3', '4,371']);
});
