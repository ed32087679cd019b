import { globSync, readFileSync, readlinkSync } from 'node:fs';

/** Returns the processes (on Linux) whose temporary folder is `dir` or inside it, or that work there, as Redis does. */
export function processesIn(dir: string): { pid: number; command: string }[] {
  return globSync('/proc/[0-9]*').flatMap((entry) => {
    const pid = Number(entry.slice('/proc/'.length));
    if (pid === process.pid) return [];
    try {
      const isOurs =
        `\0${readFileSync(`${entry}/environ`, 'utf8')}`.includes(`\0TMPDIR=${dir}`) ||
        readlinkSync(`${entry}/cwd`).startsWith(dir);
      const command = readFileSync(`${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return isOurs ? [{ pid, command }] : [];
    } catch {
      return []; // exited, or owned by another user
    }
  });
}

/** Kills these processes. Returns their command lines. */
export function killProcessesIn(dir: string): string[] {
  const found = processesIn(dir);
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just exited.
    }
  }
  return found.map(({ command }) => command);
}
