/**
 * One stack in a folder.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { endLeftover } from './leftover.ts';

const SQLITE_BUSY = 5;

/**
 * Claims Redis' data folder for this process until it is disposed of, and ends the Redis of an earlier stack.
 * @throws {Error} if another stack runs on the folder
 */
export async function claimFolder(folder: string): Promise<Disposable> {
  mkdirSync(folder, { recursive: true });
  using undo = new DisposableStack();
  undo.use(lock(folder));
  await endLeftover(folder);
  return undo.move();
}

/** SQLite's lock on a file is the system's: it ends with its process, so none is ever stale, and no process id is needed. */
function lock(folder: string): Disposable {
  const database = new DatabaseSync(join(folder, 'lock'));
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE'); // nothing is ever written
    return database;
  } catch (err) {
    database.close();
    if ((err as { errcode?: number }).errcode !== SQLITE_BUSY) throw err;
    throw new Error(`another npm start runs on ${folder}: stop it first, or set LOCAL_DIR`, {
      cause: err,
    });
  }
}
