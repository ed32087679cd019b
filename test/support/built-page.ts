/**
 * Vitest global setup: builds the page once for all stacks, instead of once per stack.
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Sets `BUILT_PAGE` to the folder of the page. Returns the teardown, which removes the folder; undefined if the setup of another
 * project has built it.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['BUILT_PAGE'] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'dockercoins-page-'));
  await promisify(execFile)('npm', ['run', 'build', '--', '--outDir', folder], {
    env: { ...process.env, NODE_ENV: 'production' }, // the test runner's own would yield a development build
  });
  process.env['BUILT_PAGE'] = folder;
  return async () => {
    delete process.env['BUILT_PAGE'];
    await rm(folder, { recursive: true });
  };
}
