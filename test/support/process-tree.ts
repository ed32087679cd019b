/**
 * A process and all that it has started.
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isRunning } from '../../tools/stack/is-running.ts';
import { until } from '../../tools/stack/until.ts';

export interface Process {
  pid: number;
  /** Command line. */
  args: string;
}

/** Returns a process and all its descendants, each before those it has started. */
export async function treeOf(root: number): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=']);
  const all = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, pid, ppid, args = '']) => ({
    pid: Number(pid),
    ppid: Number(ppid),
    args,
  }));
  const below = (pid: number): Process[] =>
    all.filter(({ ppid }) => ppid === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/** The processes of `npm start` that may be killed. */
export const victims = {
  npm: (tree: Process[]) => tree.find(({ args }) => args.includes('npm start')),
  setup: (tree: Process[]) => tree.find(({ args }) => args.trim() === 'setup'),
  supervisor: (tree: Process[]) => tree.find(({ args }) => args.trim() === 'supervisor'),
};

/** Resolves once none of the processes is left. */
export const untilGone = (tree: Process[]) =>
  until('all processes are gone', () => !tree.some(({ pid }) => isRunning(pid)));
