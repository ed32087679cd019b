import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs `npm run NAME -- …` without npm, with some variables of the environment changed. Resolves to its exit status and output,
 * also if it fails.
 * @param command the name and the arguments
 */
export async function runCommand(command: string[], env: NodeJS.ProcessEnv = {}) {
  const args = ['local/cli.ts', ...command];
  const options = { env: { ...process.env, ...env } };
  try {
    return { status: 0, ...(await promisify(execFile)(process.execPath, args, options)) };
  } catch (err) {
    const { code, stdout, stderr } = err as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}
