/**
 * `npm run lab` on processes: every step turns out as predicted.
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { STEPS } from '../../tools/lab/args.ts';
import { freePorts } from '../support/free-ports.ts';

test('npm run lab predicts what it measures', async () => {
  const env = { ...process.env, ...(await freePorts()), PAGE_DIR: process.env['BUILT_PAGE'] };
  // Rejects with all the output if a prediction fails.
  const { stdout } = await promisify(execFile)(process.execPath, ['local/cli.ts', 'lab'], { env });
  const passed = [...stdout.matchAll(/^\| ([\w-]+) \|.*\| pass \|$/gm)].map(([, step]) => step);
  expect(passed).toEqual([...STEPS]);
});
