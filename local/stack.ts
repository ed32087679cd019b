/**
 * The whole stack as processes on this machine: Redis first, then the services in parallel.
 * @module
 */
import { join } from 'node:path';
import getPort from 'get-port';
import type { RedisConfig } from '@dockercoins/common/redis';
import { checkListenHost, hostOf } from './address.ts';
import type { LocalOptions } from './args.ts';
import type { Overrides } from './config.ts';
import { freePort } from './free-port.ts';
import { guarded } from './guard.ts';
import { lockFolder } from './lock.ts';
import { recordRedisPort, shutDownOrphan } from './orphan.ts';
import { planStack, type Instance } from './plan.ts';
import { deleteRedisData, redisCommand, whyNoRedis } from './redis.ts';
import { Supervised, type Spec } from './supervised.ts';

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
  instances: Instance[];
  redis: RedisConfig;
}

/** Each start takes 0.5 s of CPU time; if 200 instances started at once, none would be ready in time. */
const START_BATCH = 20;

const SHUT_DOWN_ORPHAN = [process.execPath, join(import.meta.dirname, 'orphan.ts')];

/** The threads of a process share one malloc arena, which saves memory. */
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

/**
 * V8 flags for a service. With the usual delays, a young generation of 1 MB saves 15 MB per process at no cost in
 * speed. With `--fast`, that would cause constant garbage collection; 8 MB is as fast as V8's default. It starts at
 * full size, because otherwise V8 would grow it over minutes, which looks like a leak. The limit on the old generation
 * makes V8 collect it earlier: a miner needs 150 MB instead of 175 to 220 MB, at the same speed.
 */
export const flagsOf = (fast: boolean) =>
  fast
    ? ['--min-semi-space-size=8', '--max-semi-space-size=8', '--max-old-space-size=512']
    : ['--max-semi-space-size=1'];

/**
 * Starts the stack and resolves when all instances are ready.
 * @throws {Error} if a port is in use, Redis is missing, an instance does not become ready, or the start is canceled;
 * then nothing is left running
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, listenHost, print, stopping } = options;
  const folder = join(dir, 'redis');
  await using undo = new AsyncDisposableStack();
  const running: Supervised[] = [];
  const supervise = (spec: Spec) => {
    const supervised = new Supervised(spec, (line) => print(spec.name, line));
    undo.defer(() => supervised.stop());
    running.push(supervised);
    return supervised;
  };

  // If this process must quit immediately, it still sends SIGTERM, and the others stop on their own.
  const terminateAll = () => running.forEach((supervised) => supervised.terminate());
  process.once('exit', terminateAll);
  undo.defer(() => void process.off('exit', terminateAll));

  await checkListenHost(listenHost);
  for (const service of ['rng', 'hasher', 'dashboard'] as const) {
    if (options.scale[service] > 0) await checkPort(service, options.ports[service]);
  }
  undo.use(lockFolder(folder));
  await shutDownOrphan(folder);
  if (options.reset) {
    if (options.redis !== undefined)
      throw new Error('--reset deletes only the data of a Redis started here: unset REDIS_URL');
    await deleteRedisData(folder);
  }

  const redisPort = await freePort();
  const redis = options.redis ?? { REDIS_URL: `redis://127.0.0.1:${redisPort}` };
  const instances = await planStack({ ...options, options, redis, freePort });
  if (options.redis === undefined) {
    recordRedisPort(folder, redisPort);
    const server = supervise({
      name: 'redis',
      quiet: true,
      command: guarded(redisCommand(redisPort, folder), [...SHUT_DOWN_ORPHAN, folder]),
      probe: () => whyNoRedis(redis, 500),
    });
    await unlessAborted(server.start(), stopping);
  } else {
    const reason = await whyNoRedis(redis, 3000);
    if (reason !== undefined)
      throw new Error(`REDIS_URL: ${reason}\nCorrect it, or unset it to start a Redis here.`);
  }

  const services = instances.map((instance) => supervise(specOf(instance, options, listenHost)));
  // rng and hasher stop last, so that miners can finish their loops.
  undo.defer(() => stopAll(services.filter(({ name }) => !/^(rng|hasher)-/.test(name))));
  for (let first = 0; first < services.length; first += START_BATCH) {
    const batch = services.slice(first, first + START_BATCH);
    await unlessAborted(Promise.all(batch.map((service) => service.start())), stopping);
  }

  const kept = undo.move();
  return { instances, redis, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Returns how to run an instance; V8's compile cache is in `dir`. */
export function specOf(
  instance: Instance,
  { dir, dev, fast }: Pick<StackOptions, 'dir' | 'dev' | 'fast'>,
  listenHost = '127.0.0.1',
): Spec {
  const node = [process.execPath, ...flagsOf(fast)];
  return {
    name: instance.name,
    // `node --watch` keeps running when its supervisor dies.
    command: dev ? guarded([...node, '--watch', instance.entry]) : [...node, instance.entry],
    env: { ...ONE_ARENA, ...instance.env, NODE_COMPILE_CACHE: join(dir, 'compile-cache') },
    probe: () => probeHttp(`http://${hostOf(listenHost)}:${instance.adminPort}/readyz`),
  };
}

/** @throws {Error} if `signal` is aborted before `work` is done */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const reject = () => aborted.reject(new Error('stopped before all services were ready'));
  signal.addEventListener('abort', reject);
  if (signal.aborted) reject();
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', reject);
  }
}

async function stopAll(services: Supervised[]): Promise<void> {
  await Promise.all(services.map((service) => service.stop()));
}

async function checkPort(service: string, port: number): Promise<void> {
  if (port !== 0 && (await getPort({ port })) !== port) {
    throw new Error(
      `port ${port} for ${service} is in use: stop the program that listens on it, or choose another port: npm start -- --port ${service}=${port + 100}`,
    );
  }
}

async function probeHttp(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok ? undefined : await response.text();
  } catch (err) {
    return `no response from ${url} (${(err as Error).message})`;
  }
}
