import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ArgumentError,
  checkWritable,
  file,
  flag,
  oneOf,
  option,
  parseOptions,
  readArguments,
  repeatable,
  wholeNumber,
} from './options.ts';

const OPTIONS = {
  rounds: option('N', wholeNumber(-9, 9), 'rounds', 3),
  color: repeatable('NAME', oneOf(['red', 'green']), 'colors'),
  at: repeatable('N EVENT', { expected: 'two words', parse: (text) => text }, 'events'),
  json: option('FILE', file, 'results'),
  fast: { ...flag('no delays'), short: 'f' },
};
const parse = (line: string) => parseOptions(OPTIONS, line === '' ? [] : line.split(' '));

test('options that are not given have their defaults', () => {
  expect(parse('')).toEqual({ rounds: 3, color: [], at: [], json: undefined, fast: false });
});

test('the last value counts, or all of them in order', () => {
  expect(parse('--rounds 2 --rounds=-5 --color red -f --color=green')).toMatchObject({
    rounds: -5,
    color: ['red', 'green'],
    fast: true,
  });
});

test('an option may take two words', () => {
  expect(parse('--at 5 pause --at=6 resume --rounds 1').at).toEqual(['5 pause', '6 resume']);
});

test('words that belong to no option are returned, also those behind --', () => {
  const { words, problems } = readArguments(OPTIONS, ['one', '--fast', 'two', '--', '--three']);
  expect(words).toEqual(['one', 'two', '--three']);
  expect(problems).toEqual([]);
});

describe('every error says what was expected:', () => {
  const known = 'expected one of --rounds, --color, --at, --json, --fast';
  test.each([
    ['--rounds', '--rounds: expected a value'],
    ['--rounds 1.5', '--rounds 1.5: expected a whole number from -9 to 9'],
    ['--rounds 10', '--rounds 10: expected a whole number from -9 to 9'],
    ['--color blue', '--color blue: expected one of red, green'],
    ['--json=', '--json: expected the name of a file'],
    ['--json --fast', '--json: expected a value, got --fast'],
    ['--fast=yes', '--fast=yes: expected no value'],
    ['--round 3', `--round: ${known}`],
    ['--no-fast', `--no-fast: ${known}`],
    ['-x', `-x: ${known}`],
    ['--toString 3', `--toString: ${known}`],
    ['three', `three: ${known}`],
  ])('%s', (line, message) => {
    expect(() => parse(line)).toThrow(new ArgumentError(message));
  });

  test('all at once', () => {
    expect(() => parse('--rounds x --color y z')).toThrow(
      /^--rounds x: .*\n--color y: .*\nz: expected/,
    );
  });

  test('a command without options expects no arguments', () => {
    expect(() => parseOptions({}, ['--all', 'x'])).toThrow('--all: expected no arguments');
  });
});

test('files that cannot be written are named, and the others keep what they contain', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dockercoins-files-'));
  const json = join(folder.path, 'earlier.json');
  await writeFile(json, '{}');
  const nowhere = join(folder.path, 'nowhere', 'lab.html');
  expect(() => checkWritable({ json, report: nowhere, csv: folder.path, svg: undefined })).toThrow(
    new ArgumentError(
      `--report ${nowhere}: expected a writable file, got ENOENT\n--csv ${folder.path}: expected a writable file, got EISDIR`,
    ),
  );
  expect(await readFile(json, 'utf8')).toBe('{}');
});
