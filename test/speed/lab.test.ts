/**
 * Each step of `npm run lab` on processes turns out as predicted.
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { STEPS } from '../../lab/args.ts';
import { freePorts } from '../../testing/free-ports.ts';

test.each(STEPS)('%s', async (step) => {
  const env = { ...process.env, ...(await freePorts()), PAGE_DIR: process.env['BUILT_PAGE'] };
  const args = ['lab/main.ts', '--step', step];
  // Rejects with all the output if the prediction fails.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout).toMatch(/\| pass \|$/m);
});
