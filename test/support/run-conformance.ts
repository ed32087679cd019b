import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `npm run conformance -- …` without npm and resolves to its exit status and output. */
export const runConformance = (...args: string[]) => runConformanceWith({}, ...args);

/** The same, with some variables of the environment changed. */
export async function runConformanceWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const command = ['local/cli.ts', 'conformance', ...args];
  const options = { env: { ...process.env, ...env } };
  try {
    return { status: 0, ...(await run(process.execPath, command, options)) };
  } catch (err) {
    const { code, stdout, stderr } = err as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}
