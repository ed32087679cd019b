/**
 * `npm run scale` with a replica that runs but is never ready. `test/stack/scale.test.ts` has all other cases.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';

test('after a minute it is reported and stopped, and the stack stays as it was', async () => {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
  undo.defer(() => rm(dir, { recursive: true }));
  const stack = undo.use(await startStackProcess({ dir }));
  const before = await stack.pids();
  const command = ['scale', 'miner=2', 'RNG_URL=http://127.0.0.1:1'];
  const { status, stderr } = await runCommand(command, { LOCAL_DIR: dir });
  expect(status).toBe(1);
  expect(stderr).toContain('miner-2: not ready after 60 s');
  expect(await stack.pids()).toEqual(before);
});
