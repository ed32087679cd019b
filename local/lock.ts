/**
 * A folder that only one stack may use at a time.
 * @module
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** `isLocked` holds the lock for a moment, which must not keep a stack from starting. */
const TRY_MS = 500;

/**
 * Creates `folder`, the LOCAL_DIR of a stack, if necessary, and locks it until the result is disposed of.
 *
 * SQLite locks its file through the operating system, which releases the lock when the process ends. So the lock is
 * never stale, and there is no process id to check.
 * @throws {Error} if another stack has locked the folder
 */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: TRY_MS });
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE'); // the database stays empty
    return database;
  } catch (err) {
    database.close();
    if (!isBusy(err)) throw err;
    throw new Error(
      `another npm start is using ${folder}: stop it, or set LOCAL_DIR to another folder`,
      { cause: err },
    );
  }
}

/** Returns true if a stack uses the folder, also while it starts or stops. */
export function isLocked(folder: string): boolean {
  if (!existsSync(join(folder, 'lock'))) return false;
  try {
    lockFolder(folder)[Symbol.dispose]();
    return false;
  } catch (err) {
    return isBusy((err as Error).cause);
  }
}

const isBusy = (err: unknown) => (err as { errcode?: number } | undefined)?.errcode === SQLITE_BUSY;
