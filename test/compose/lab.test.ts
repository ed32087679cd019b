/**
 * `npm run lab -- --compose` on a Docker Engine: two of its steps, with a stack of its own.
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { docker } from '../../tools/stack/compose.ts';

const PROJECT = 'dockercoins-lab-test';

test('npm run lab -- --compose predicts the speed of one miner, and leaves nothing behind', async () => {
  const env = { ...process.env, ...(await freePorts()), COMPOSE_PROJECT_NAME: PROJECT };
  const args = ['local/cli.ts', 'lab', '--compose', '--step', 'one-miner', '--step', 'clean-up'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout).toMatch(
    /^\| one-miner \| speed \| 3\.33 hashes\/s \| \S+ hashes\/s \| .* \| pass \|$/m,
  );
  expect(stdout).toMatch(/^\| clean-up \| .* \| 0 \| 0 \| exactly \| pass \|$/m);
  for (const list of ['ps --all', 'network ls', 'volume ls'])
    expect(await docker([...list.split(' '), '--filter', `name=${PROJECT}`, '--quiet']), list).toBe(
      '',
    );
});
