/**
 * A terminal that is closed while a command runs in it.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../tools/stack/is-running.ts';
import { until } from '../../tools/stack/until.ts';
import { untilPrinted } from './until-printed.ts';

/** The outer shell outlives the terminal, and stores the exit status of the command. */
const RUN = `trap '' HUP; sh -c 'echo "pid $$"; exec "$TEST_NODE" local/cli.ts $TEST_COMMAND'; echo $? > "$TEST_STATUS"`;

/** Less than any clean-up takes, so that the second signal arrives during it. */
const BETWEEN_MS = 20;

export interface ClosingTerminal extends AsyncDisposable {
  /** All that the command has printed. */
  screen: () => string;
  /** Resolves once it has printed what is expected. @throws {Error} with its output if it ends before that */
  untilPrinted: (expected: RegExp) => Promise<void>;
  /**
   * Closes the terminal: writing to it fails from now on, and the command gets SIGHUP twice, as from the shell and from the
   * kernel. Resolves to the exit status of the command.
   */
  close: () => Promise<number>;
}

/** Runs `local/cli.ts COMMAND` in a terminal. Disposing of it closes it. */
export async function openTerminal(
  command: string,
  env: Record<string, string | undefined> = {},
): Promise<ClosingTerminal> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercoins-terminal-'));
  const file = join(folder, 'status');
  const variables = { TEST_NODE: process.execPath, TEST_COMMAND: command, TEST_STATUS: file };
  const terminal = spawn('script', ['--quiet', '--return', '--flush', '-c', RUN, '/dev/null'], {
    env: { ...process.env, ...env, ...variables }, // npm sets NODE to the one that runs npm
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  terminal.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const closed = once(terminal, 'close');
  const close = async () => {
    terminal.kill('SIGKILL');
    await closed;
    const pid = Number(/pid (\d+)/.exec(screen)?.[1]);
    for (let n = 0; n < 2 && isRunning(pid); n++) {
      process.kill(pid, 'SIGHUP');
      await sleep(BETWEEN_MS);
    }
    const text = await until('the command has ended', async () => {
      return (await readFile(file, 'utf8').catch(() => '')) || undefined;
    });
    return Number(text);
  };
  let status: Promise<number> | undefined;
  const closeOnce = () => (status ??= close());
  return {
    screen: () => screen,
    untilPrinted: (expected) => untilPrinted(expected, () => screen, terminal),
    close: closeOnce,
    async [Symbol.asyncDispose]() {
      await closeOnce();
      await rm(folder, { recursive: true });
    },
  };
}
