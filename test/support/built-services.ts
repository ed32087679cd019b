/**
 * Vitest global setup: stacks run bundles of the services, as the images do, because bundles take less CPU time to start.
 * @module
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build, type Rolldown } from 'vite';
import { SERVICES } from '../../local/args.ts';
import { entryOf } from '../../local/plan.ts';

/** Fixed, so that V8's compile cache is valid in the next run, too; and where the dashboard finds Bull Board's page. */
const FOLDER = resolve('.local/services');

/**
 * Sets `SERVICES_DIR` for `npm start`. Returns the teardown; undefined if the setup of another project, or the user, has set it.
 */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env['SERVICES_DIR'] !== undefined) return undefined;
  for (const service of SERVICES) {
    const built = await build({
      root: dirname(entryOf(service)),
      configFile: 'bundle.config.ts',
      logLevel: 'error',
      build: { write: false },
    });
    for (const file of (built as Rolldown.RolldownOutput).output) {
      if (file.type === 'chunk') await replace(join(FOLDER, service, file.fileName), file.code);
    }
  }
  process.env['SERVICES_DIR'] = FOLDER;
  return () => void delete process.env['SERVICES_DIR'];
}

/** Replaces the content of a file atomically, because another run may be reading it. Leaves the file alone if nothing changes. */
async function replace(path: string, content: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === content) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
