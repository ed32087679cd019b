/**
 * Who runs us. Process managers and editors kill npm, and npm does not kill what it runs.
 * @module
 */
import { readFileSync } from 'node:fs';

const LOOK_MS = 1000;

/**
 * Process id of who runs us; of npm, if it does. npm runs a script through a shell, and some shells
 * (dash) stay in between and survive npm. Only Linux has those; elsewhere the shell becomes us.
 */
export function runner() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const [, parent] = /^\d+ \((?:sh|dash|ash|bash|busybox)\) \S (\d+) /.exec(stat) ?? [];
    if (parent !== undefined) return Number(parent);
  } catch {
    // There is no /proc here, or our parent went at this moment.
  }
  return process.ppid;
}

/** Calls `onGone` when another process than `first` runs us: `first` is gone. */
export function watchRunner(first, onGone) {
  const timer = setInterval(() => {
    if (runner() === first) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
}
