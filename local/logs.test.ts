import { describe, expect, test } from 'vitest';
import { Logs } from './logs.ts';

function someLogs(): Logs {
  const logs = new Logs();
  for (const name of ['miner-1', 'rng-1', 'miner-2', 'miner-1']) logs.add(name, `from ${name}`);
  return logs;
}

const texts = (lines: { text: string }[]) => lines.map(({ text }) => text);

describe('kept lines', () => {
  test('come in the order of their arrival', () => {
    expect(texts(someLogs().read({ names: [] }))).toEqual([
      'from miner-1',
      'from rng-1',
      'from miner-2',
      'from miner-1',
    ]);
  });

  test.each([
    [['rng'], ['rng-1']],
    [['miner-2'], ['miner-2']],
    [
      ['rng', 'miner-2'],
      ['rng-1', 'miner-2'],
    ],
    [['min'], []],
  ])('of %j are those of %j', (names, expected) => {
    expect(
      someLogs()
        .read({ names })
        .map(({ name }) => name),
    ).toEqual(expected);
  });

  test('are counted for each replica', () => {
    const lines = someLogs().read({ names: ['miner'], tail: 1 });
    expect(lines.map(({ name }) => name)).toEqual(['miner-2', 'miner-1']);
    expect(someLogs().read({ names: [], tail: 0 })).toEqual([]);
  });

  test('are the last thousand of each replica', () => {
    const logs = new Logs();
    logs.add('rng-1', 'first');
    for (let n = 1; n <= 1001; n++) logs.add('miner-1', `line ${n}`);
    const lines = texts(logs.read({ names: [] }));
    expect(lines).toHaveLength(1001);
    expect(lines.slice(0, 2)).toEqual(['first', 'line 2']);
  });
});

test('a follower gets kept lines, then new ones of the same names', async () => {
  const logs = someLogs();
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { text } of logs.follow({ names: ['rng'], tail: 1 }, stop.signal)) {
    seen.push(text);
    if (text === 'last') stop.abort();
    if (seen.length > 1) continue;
    logs.add('miner-1', 'other');
    logs.add('rng-1', 'new');
    logs.add('rng-1', 'last');
  }
  expect(seen).toEqual(['from rng-1', 'new', 'last']);
});
