import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  hintFor,
  installMethods,
  isInstalled,
  programs,
  redisCli,
  type Method,
} from './programs.mjs';

const { redis, chromium, faketime } = programs;

describe('installation methods, in the order to try', () => {
  const machine = { isInstalled: false, isRoot: false };

  test.each<[string, boolean, Method[]]>([
    ['debian', true, ['install', 'docker', 'manual']],
    ['debian', false, ['unpack', 'docker', 'manual']],
    ['alpine', true, ['docker', 'manual']],
    ['fedora', false, ['docker', 'manual']],
    ['linux', false, ['docker', 'manual']],
    ['darwin', false, ['docker', 'manual']],
    ['win32', false, ['manual']],
  ])('of Redis on %s, root: %s', (system, isRoot, methods) => {
    expect(installMethods(redis, { ...machine, system, isRoot })).toEqual(methods);
  });

  test('are not needed if the program is installed', () => {
    expect(installMethods(redis, { system: 'debian', isInstalled: true, isRoot: true })).toEqual(
      [],
    );
  });

  test('do not include unpacking for Chromium, which needs more than its packages', () => {
    expect(installMethods(chromium, { ...machine, system: 'debian' })).toEqual(['manual']);
    expect(installMethods(chromium, { ...machine, system: 'debian', isRoot: true })).toEqual([
      'install',
      'manual',
    ]);
  });

  test('include unpacking for libfaketime, a library without a program', () => {
    expect(installMethods(faketime, { ...machine, system: 'debian' })).toEqual([
      'unpack',
      'manual',
    ]);
  });
});

test.each([
  [{ REDIS_URL: 'redis://host:6379' }, true],
  [{ REDIS_URL_FILE: '/run/secrets/redis_url' }, true],
  [{ REDIS_URL: '', REDIS_URL_FILE: '' }, false],
  [{}, false],
])(
  'a program that is not found, with the settings %j: installed or unnecessary is %s',
  (env, expected) => {
    const program = { setting: 'REDIS_URL', find: () => undefined };
    expect(isInstalled(program, '/', env)).toBe(expected);
    expect(isInstalled({ ...program, find: () => '/bin/redis-server' }, '/', env)).toBe(true);
  },
);

describe('the command-line program of Redis is that of', () => {
  test.each([
    [['redis-cli', 'valkey-cli'], 'redis-cli'],
    [['valkey-cli'], 'valkey-cli'],
    [[], 'redis-cli'],
  ])('%j', async (installed, expected) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'programs-'));
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('PATH', folder.path);
    for (const name of installed) await writeFile(join(folder.path, name), '', { mode: 0o755 });
    expect(redisCli()).toBe(expected);
  });
});

describe('hints', () => {
  test('are for the current system', () => {
    expect(hintFor(redis, { system: 'alpine' })).toBe(
      'Alpine: apk add redis\n  or use an existing Redis: REDIS_URL=redis://host:6379 npm start',
    );
    expect(hintFor(redis, { system: 'win32' })).toMatch(/WSL.*docker compose up/);
  });

  test('are for all systems if the current one is unknown', () => {
    for (const program of Object.values(programs)) {
      const hint = hintFor(program, { system: 'linux' });
      for (const text of Object.values(program.hints)) expect(hint).toContain(text);
    }
  });
});
