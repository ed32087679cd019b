/**
 * The process that launched us: npm, or whatever runs setup.mjs directly. Process managers and editors kill npm, and
 * npm leaves its children running.
 * @module
 */
import { readFileSync } from 'node:fs';

const POLL_MS = 1000;

/**
 * Returns the launcher's process id. npm runs a script in a shell. On Linux, some shells (dash) stay between npm and
 * us, and survive npm, so their parent counts; elsewhere the shell replaces itself with the script.
 */
export function launcherPid() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const [, parent] = /^\d+ \((?:sh|dash|ash|bash|busybox)\) \S (\d+) /.exec(stat) ?? [];
    if (parent !== undefined) return Number(parent);
  } catch {
    // There is no /proc, or the parent has just ended.
  }
  return process.ppid;
}

/** Calls `onExit` once the launcher is no longer the process `pid`, because that has ended. */
export function watchLauncher(pid, onExit) {
  const timer = setInterval(() => {
    if (launcherPid() === pid) return;
    clearInterval(timer);
    onExit();
  }, POLL_MS);
}
