import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

test.each(['lab', 'bench', 'test:faults'])(
  '%s says before it measures that its results cannot be written',
  async (command) => {
    expect(await runCommand([command, '--json', '/nowhere/results.json'])).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^--json \/nowhere\/results.json: expected a writable file, got ENOENT\n/,
      ) as string,
    });
  },
);
