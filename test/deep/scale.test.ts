/**
 * `npm run scale` with a replica that runs but is never ready. `test/stack/scale.test.ts` has all other cases.
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startStackProcess } from '../../tools/stack/stack.ts';

test('after a minute it is reported and stopped, and the stack stays as it was', async () => {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
  undo.defer(() => rm(dir, { recursive: true }));
  const stack = undo.use(await startStackProcess({ dir }));
  const before = await stack.pids();
  const args = ['local/cli.ts', 'scale', 'miner=2', 'RNG_URL=http://127.0.0.1:1'];
  const env = { ...process.env, LOCAL_DIR: dir };
  await expect(promisify(execFile)(process.execPath, args, { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('miner-2: not ready after 60 s') as string,
  });
  expect(await stack.pids()).toEqual(before);
});
