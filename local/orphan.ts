/**
 * A Redis that an earlier stack left running.
 * @module
 */
import { once } from 'node:events';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const ANSWER_TIMEOUT_MS = 2000;
const CLIENTS_POLL_MS = 100;
/** Services end by force 10 s after they were asked to stop. */
const CLIENTS_TIMEOUT_MS = 10_500;

const noteIn = (folder: string) => join(folder, 'redis.port');

/** Notes the port of the Redis that has its data in `folder`, for the next stack. */
export function noteRedis(folder: string, port: number): void {
  writeFileSync(noteIn(folder), String(port));
}

/**
 * Shuts down the Redis noted in `folder` if it still runs: two on the same data would ruin it. Its clients may finish what
 * they do first. By now the port may belong to another program, so it is asked where its data are, and the shutdown goes
 * over the same connection.
 * @returns whether there was one
 * @throws {Error} if something there takes the connection and never answers
 */
export async function endLeftover(folder: string): Promise<boolean> {
  const port = readNote(folder);
  if (port === undefined) return false;
  const redis = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    connectTimeout: ANSWER_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined); // the command fails as well
  try {
    const [, dir] = await redis.config('GET', 'dir');
    if (dir !== realpathSync(folder)) return false;
    await clientsLeft(redis);
    const closed = once(redis, 'close');
    redis.shutdown().catch(() => undefined); // it hangs up instead of answering
    await closed;
    return true;
  } catch (cause) {
    if ((cause as Error).message !== 'Command timed out') return false; // nobody listens, or it is no Redis of ours
    throw new Error(
      `port ${port} does not answer: if the Redis of ${folder} hangs there, end it; if it is another program, remove ${noteIn(folder)}`,
      { cause },
    );
  } finally {
    redis.disconnect();
  }
}

/** Resolves when all others have hung up; if one never does, when services would have been ended by force. */
async function clientsLeft(redis: Redis): Promise<void> {
  const deadline = performance.now() + CLIENTS_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (/^connected_clients:1\r$/m.test(await redis.info('clients'))) return;
    await sleep(CLIENTS_POLL_MS);
  }
}

function readNote(folder: string): number | undefined {
  try {
    const port = Number(readFileSync(noteIn(folder), 'utf8'));
    return port > 0 && port <= 65_535 ? port : undefined;
  } catch {
    return undefined; // there was none yet
  }
}
