import { describe, expect, test } from 'vitest';
import { hintFor, programs, waysTo, type Way } from './programs.mjs';

const { redis, chromium, faketime } = programs;

describe('ways to get a program, in the order to try', () => {
  const machine = { isThere: false, isRoot: false };

  test.each<[string, boolean, Way[]]>([
    ['debian', true, ['install', 'docker', 'person']],
    ['debian', false, ['unpack', 'docker', 'person']],
    ['alpine', true, ['docker', 'person']],
    ['fedora', false, ['docker', 'person']],
    ['linux', false, ['docker', 'person']],
    ['darwin', false, ['docker', 'person']],
    ['win32', false, ['person']],
  ])('Redis on %s, root: %s', (system, isRoot, ways) => {
    expect(waysTo(redis, { ...machine, system, isRoot })).toEqual(ways);
  });

  test('there is nothing to do if it is there already', () => {
    expect(waysTo(redis, { system: 'debian', isThere: true, isRoot: true })).toEqual([]);
  });

  test('Chromium needs too much to be unpacked', () => {
    expect(waysTo(chromium, { ...machine, system: 'debian' })).toEqual(['person']);
    expect(waysTo(chromium, { ...machine, system: 'debian', isRoot: true })).toEqual([
      'install',
      'person',
    ]);
  });

  test('libfaketime needs no program', () => {
    expect(waysTo(faketime, { ...machine, system: 'debian' })).toEqual(['unpack', 'person']);
  });
});

describe('advice', () => {
  test('is for the system at hand', () => {
    expect(hintFor(redis, { system: 'alpine' })).toBe(
      'Alpine: apk add redis\n  or use one that runs: REDIS_URL=redis://host:6379 npm start',
    );
    expect(hintFor(redis, { system: 'win32' })).toMatch(/WSL.*docker compose up/);
  });

  test('is for all of them on an unknown one', () => {
    for (const program of Object.values(programs)) {
      const hint = hintFor(program, { system: 'linux' });
      for (const text of Object.values(program.hints)) expect(hint).toContain(text);
    }
  });
});
