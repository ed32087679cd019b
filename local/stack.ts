/**
 * The whole stack as processes on this machine: Redis first, then the services in parallel.
 * @module
 */
import { join } from 'node:path';
import getPort from 'get-port';
import type { RedisConfig } from '@dockercoins/common/queue/redis';
import { checkListenHost } from './address.ts';
import type { LocalOptions } from './args.ts';
import type { Overrides } from './config.ts';
import { freePort } from './free-port.ts';
import { stopWithSupervisor } from './stop-with-supervisor.ts';
import { lockFolder } from './lock.ts';
import { recordRedisPort, shutDownOrphan } from './orphaned-redis.ts';
import { Planner } from './plan.ts';
import { deleteRedisData, redisCommand, redisProblem } from './redis.ts';
import { Replicas, unlessAborted } from './replicas.ts';
import { Supervised } from './supervised.ts';

export interface StackOptions extends LocalOptions {
  /** Folder for Redis data and caches. */
  dir: string;
  /** An existing Redis; if undefined, one is started. */
  redis: RedisConfig | undefined;
  listenHost: string;
  overrides: Overrides;
  /** Settings of all services, in addition to the environment. */
  env: Record<string, string>;
  print: (name: string, line: string) => void;
  /** Cancels the start. */
  stopping: AbortSignal;
}

export interface Stack extends AsyncDisposable {
  replicas: Replicas;
  redis: RedisConfig;
  /** The Redis that was started here. */
  redisServer: { process: Supervised; port: number } | undefined;
}

const SHUT_DOWN_ORPHAN = [process.execPath, join(import.meta.dirname, 'orphaned-redis.ts')];

/**
 * Starts the stack and resolves when all instances are ready.
 * @throws {Error} if a port is in use, Redis is missing, an instance does not become ready, or the start is canceled;
 * then nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, listenHost, stopping } = options;
  const folder = join(dir, 'redis');
  await using undo = new AsyncDisposableStack();

  undo.use(lockFolder(dir));
  await checkListenHost(listenHost);
  for (const service of ['rng', 'hasher', 'dashboard'] as const) {
    if (options.scale[service] > 0) await checkPort(service, options.ports[service]);
  }
  await shutDownOrphan(folder);
  if (options.reset) {
    if (options.redis !== undefined)
      throw new Error('--reset deletes only the data of a Redis started here: unset REDIS_URL');
    await deleteRedisData(folder);
  }

  const port = await freePort();
  const redis = options.redis ?? { REDIS_URL: `redis://127.0.0.1:${port}` };
  const planner = new Planner({ ...options, redis, freePort });
  const replicas = new Replicas({ ...options, planner });
  let redisServer: Stack['redisServer'];
  if (options.redis === undefined) {
    redisServer = { port, process: superviseRedis(redis, port, folder, options.print) };
    undo.defer(() => redisServer?.process.stop());
  }
  // If this process must quit immediately, it still sends SIGTERM, and the others stop on their own.
  const terminateAll = () => {
    replicas.terminate();
    redisServer?.process.terminate();
  };
  process.once('exit', terminateAll);
  undo.defer(() => void process.off('exit', terminateAll));

  if (redisServer !== undefined) {
    await unlessAborted(redisServer.process.start(), stopping);
  } else {
    const reason = await redisProblem(redis, 3000);
    if (reason !== undefined)
      throw new Error(`REDIS_URL: ${reason}\nCorrect it, or unset it to start a Redis here.`);
  }
  undo.defer(() => replicas.stop());
  await replicas.rescale(options.scale);

  const kept = undo.move();
  return { replicas, redis, redisServer, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function superviseRedis(
  redis: RedisConfig,
  port: number,
  folder: string,
  print: StackOptions['print'],
): Supervised {
  recordRedisPort(folder, port);
  const spec = {
    name: 'redis',
    quiet: true,
    command: stopWithSupervisor(redisCommand(port, folder), [...SHUT_DOWN_ORPHAN, folder]),
    probe: () => redisProblem(redis, 500),
  };
  return new Supervised(spec, (line) => print('redis', line));
}

async function checkPort(service: string, port: number): Promise<void> {
  if (port !== 0 && (await getPort({ port })) !== port) {
    throw new Error(
      `port ${port} for ${service} is in use: stop the program that listens on it, or choose another port: npm start -- --port ${service}=${port + 100}`,
    );
  }
}
