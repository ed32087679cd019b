/**
 * Keys pressed in the terminal of `npm start`.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';

const CTRL_Z = '\u001a';

/**
 * Calls an action for each key, until the result is disposed of. Without a terminal, or in the background, there are no
 * keys: returns undefined. The terminal no longer turns Ctrl-C into a signal, so `actions` must handle `\u0003`.
 * @param actions key → what to do
 */
export function onKeys(
  input: ReadStream,
  actions: Record<string, () => void>,
): Disposable | undefined {
  if (!input.isTTY || !isInForeground()) return undefined;
  const onData = (keys: Buffer) => {
    for (const key of keys.toString()) {
      if (key === CTRL_Z) suspend(input);
      else actions[key]?.();
    }
  };
  const onContinue = () => {
    if (isInForeground()) input.setRawMode(true);
  };
  input.setRawMode(true);
  input.on('data', onData);
  process.on('SIGCONT', onContinue);
  return {
    [Symbol.dispose]() {
      process.off('SIGCONT', onContinue);
      input.off('data', onData);
      input.pause();
      input.setRawMode(false);
    },
  };
}

/** Gives the terminal back to the shell, as Ctrl-Z usually does. The services continue to run. */
function suspend(input: ReadStream): void {
  input.setRawMode(false);
  process.kill(0, 'SIGTSTP');
}

/** A process in the background that changes its terminal is stopped by the system. */
function isInForeground(): boolean {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)]).includes('+');
    }
    // pid (name) state ppid pgrp session tty_nr tpgid …
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return false; // no ps
  }
}
