import { spawnSync } from 'node:child_process';
import { mkdir, mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = resolve('tools/check/main.ts');

/** Prints its arguments, and fails if there is a file named `mistake`. */
const CHECKER = ['sh', '-c', 'echo "checks $*"; test ! -e mistake', 'checker'];

test('a checker runs on everything, then on what changed since it passed and on what imports that', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dockercoins-check-'));
  const cwd = folder.path;
  const write = (file: string, text: string) => writeFile(join(cwd, file), text);

  /** @returns the files it checks, if not all of them; nothing if it does not run */
  function check(...flags: string[]) {
    const args = [MAIN, ...flags, 'words', '--', ...CHECKER];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    const [ran, ...files] = stdout.split(/\s+/).filter(Boolean);
    return { files: ran && files.sort(), status };
  }

  await mkdir(join(cwd, 'common'));
  await mkdir(join(cwd, 'rng'));
  await write('tsconfig.json', '{}');
  await write('common/delay.ts', 'export const DELAY_MS = 100;');
  await write('common/unused.ts', '');
  await write('rng/app.ts', "import { DELAY_MS } from '@dockercoins/common/delay';");
  await write('rng/main.ts', "import { app } from './app.ts';");
  expect(check()).toEqual({ files: [], status: 0 });
  expect(check()).toEqual({ files: undefined, status: 0 });

  await write('common/delay.ts', 'export const DELAY_MS = 50;');
  await write('mistake', '');
  const importers = ['common/delay.ts', 'rng/app.ts', 'rng/main.ts'];
  expect(check()).toEqual({ files: ['common/delay.ts'], status: 1 });
  expect(check('--importers')).toEqual({ files: importers, status: 1 });

  await rm(join(cwd, 'mistake'));
  expect(check('--importers'), 'the same again, since it failed').toEqual({
    files: importers,
    status: 0,
  });
  expect(check('--importers')).toEqual({ files: undefined, status: 0 });

  await write('tsconfig.json', '{ "compilerOptions": {} }');
  expect(check(), 'another setting').toEqual({ files: [], status: 0 });
});
