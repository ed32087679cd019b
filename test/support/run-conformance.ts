import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `npm run conformance -- …` without npm and resolves to its exit status and output. */
export async function runConformance(...args: string[]) {
  const command = ['tools/conformance/main.ts', ...args];
  try {
    return { status: 0, ...(await run(process.execPath, command)) };
  } catch (err) {
    const { code, stdout, stderr } = err as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}
