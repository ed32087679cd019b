/**
 * Runs commands as a reader types them.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { LIMIT_MS, until } from '../../tools/stack/until.ts';

export interface ShellCommand {
  /** What it has written to standard output and standard error so far. */
  output: () => string;
  /** Resolves to its exit code, or to null if a signal ended it. */
  ended: Promise<number | null>;
  /** Presses Ctrl-C. */
  interrupt: () => void;
}

/** Longest time that a command may take (ms), unless it runs until Ctrl-C. Compose creates containers and waits for them. */
const TIMEOUT_MS = 2 * LIMIT_MS;

/** Starts a command in the project's folder. */
export function startInShell(command: string, env: Record<string, string>): ShellCommand {
  const child = spawn('bash', ['-c', command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('bash did not start');
  // Ctrl-C goes to the whole group. But docker, without a terminal, passes it on to Compose, which would get it twice.
  const target = command.startsWith('docker ') ? pid : -pid;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return {
    output: () => stripVTControlCharacters(output),
    ended: once(child, 'close').then(([code]) => code as number | null),
    interrupt() {
      if (child.exitCode === null && child.signalCode === null) process.kill(target, 'SIGINT');
    },
  };
}

/** Runs a command and resolves to its output. @throws {Error} if it fails or takes too long */
export async function runInShell(command: string, env: Record<string, string>): Promise<string> {
  const { output, ended, interrupt } = startInShell(command, env);
  const timer = setTimeout(interrupt, TIMEOUT_MS);
  const code = await ended.finally(() => clearTimeout(timer));
  if (code !== 0) throw new Error(`${command} exited with ${code}:\n${output()}`);
  return output();
}

/** Runs a command until its output matches, then presses Ctrl-C. Resolves to its output. */
export async function runUntil(
  command: string,
  env: Record<string, string>,
  pattern: RegExp,
): Promise<string> {
  const { output, ended, interrupt } = startInShell(command, env);
  try {
    await until(`${command} prints ${pattern}`, () => pattern.test(output()));
  } finally {
    interrupt();
    await ended;
  }
  return output();
}
