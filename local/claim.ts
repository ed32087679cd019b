/**
 * One stack in a folder, and nothing left over of the one before.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the Redis of a folder notes its process id. */
export const redisPidFile = (dir: string) => join(dir, 'redis.pid');

/**
 * Claims Redis' data folder for this process until it is disposed of. A Redis that outlived a supervisor which
 * was killed is ended first: two of them on the same data would ruin it.
 * @throws {Error} where another stack runs on the folder
 */
export async function claimFolder(dir: string): Promise<Disposable> {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'supervisor.pid');
  const owner = readPid(file);
  if (owner !== undefined && isRunning(owner, /node/)) {
    throw new Error(`the stack of this folder runs already (process ${owner}): stop it first`);
  }
  writeFileSync(file, String(process.pid));
  const redis = readPid(redisPidFile(dir));
  while (redis !== undefined && isRunning(redis, /redis|valkey/)) {
    ask(redis);
    await sleep(100);
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined; // nobody noted one
  }
}

function ask(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err; // it went by itself
  }
}

/** Ids are given again to other programs, so the name has to fit as well. */
function isRunning(pid: number, name: RegExp): boolean {
  try {
    return name.test(execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }));
  } catch {
    return false; // ps exits with 1 where there is no such process
  }
}
