import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test.each(['lab', 'bench', 'test:faults'])(
  '%s says before it measures that its results cannot be written',
  async (command) => {
    const args = ['local/cli.ts', command, '--json', '/nowhere/results.json'];
    const failure = promisify(execFile)(process.execPath, args).catch((err: unknown) => err);
    expect(await failure).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^--json \/nowhere\/results.json: expected a writable file, got ENOENT\n/,
      ) as string,
    });
  },
);
