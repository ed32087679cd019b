/**
 * The whole stack as processes of this machine: Redis first, then everything else side by side.
 * @module
 */
import { join } from 'node:path';
import getPort from 'get-port';
import { checkListenHost, hostOf } from './address.ts';
import type { LocalOptions } from './args.ts';
import { claimFolder } from './claim.ts';
import { freePort } from './free-port.ts';
import { guarded } from './guard.ts';
import { noteRedis } from './leftover.ts';
import { planStack, type Instance, type Placement } from './plan.ts';
import { redisCommand, whyNoRedis } from './redis.ts';
import { Supervised, type Spec } from './supervised.ts';

export interface StackOptions extends LocalOptions {
  /** Folder for Redis' data and caches. */
  dir: string;
  /** A Redis that runs already; undefined: one of our own is started. */
  redisUrl: string | undefined;
  listenHost: string;
  given: Placement;
  /** Settings that all services get, beside those of the environment. */
  env: Record<string, string>;
  print: (name: string, line: string) => void;
  /** Ends the start half-way. */
  stopping: AbortSignal;
}

export interface Stack extends AsyncDisposable {
  instances: Instance[];
  redisUrl: string;
  /** Process id of a instance, if it runs. */
  pidOf: (name: string) => number | undefined;
}

/** A start takes half a second of a core: of two hundred at once none would be ready in time. */
const START_TOGETHER = 20;

const END_LEFTOVER = join(import.meta.dirname, 'end-leftover.ts');

/** Threads of one process share what malloc has. */
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

/**
 * V8's flags for a service. At the usual speed a young generation of 1 MB makes every process 15 MB smaller and takes no
 * time. A fast one would collect garbage all the time, and is as fast with 8 MB as with V8's own choice; it has them from
 * the start, for one that grows does so for minutes and looks like a leak. And where the old generation may not become
 * large, V8 collects it before much garbage lies there: a miner needs 150 MB and not 175 to 220, at the same speed.
 */
export const flagsOf = (fast: boolean) =>
  fast
    ? ['--min-semi-space-size=8', '--max-semi-space-size=8', '--max-old-space-size=512']
    : ['--max-semi-space-size=1'];

/**
 * @throws {Error} if a port is taken, Redis is missing, a instance does not get ready or the stop begins; nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, listenHost, print, stopping } = options;
  const folder = join(dir, 'redis');
  await using undo = new AsyncDisposableStack();
  const running: Supervised[] = [];
  const supervise = (spec: Spec) => {
    const instance = undo.adopt(new Supervised(spec, (line) => print(spec.name, line)), (it) =>
      it.stop(),
    );
    running.push(instance);
    return instance;
  };

  // If we have to go at once, the instances are asked to stop, and do so by themselves.
  const terminateAll = () => running.forEach((instance) => instance.terminate());
  process.once('exit', terminateAll);
  undo.defer(() => void process.off('exit', terminateAll));

  await checkListenHost(listenHost);
  for (const service of ['rng', 'hasher', 'dashboard'] as const) {
    if (options.scale[service] > 0) await checkPort(service, options.ports[service]);
  }
  undo.use(await claimFolder(folder));

  const redisPort = await freePort();
  const redisUrl = options.redisUrl ?? `redis://127.0.0.1:${redisPort}`;
  const instances = await planStack({ ...options, options, redisUrl, freePort });
  if (options.redisUrl === undefined) {
    noteRedis(folder, redisPort);
    const redis = supervise({
      name: 'redis',
      quiet: true,
      command: guarded(redisCommand(redisPort, folder), [process.execPath, END_LEFTOVER, folder]),
      whyNotReady: () => whyNoRedis(redisUrl, 500),
    });
    await unlessAborted(redis.start(), stopping);
  } else {
    const reason = await whyNoRedis(redisUrl, 3000);
    if (reason !== undefined) throw new Error(`REDIS_URL: ${reason}`);
  }

  const services = instances.map((instance) => supervise(specOf(instance, options, listenHost)));
  // Those who serve stop last, so that miners can finish their loops.
  undo.defer(() => stopAll(services.filter(({ name }) => !/^(rng|hasher)-/.test(name))));
  for (let first = 0; first < services.length; first += START_TOGETHER) {
    const group = services.slice(first, first + START_TOGETHER);
    await unlessAborted(Promise.all(group.map((service) => service.start())), stopping);
  }

  const kept = undo.move();
  return {
    instances,
    redisUrl,
    pidOf: (name) => running.find((instance) => instance.name === name)?.pid,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** How a instance is run; `dir` holds the cache of what V8 compiled. */
export function specOf(
  instance: Instance,
  { dir, dev, fast }: Pick<StackOptions, 'dir' | 'dev' | 'fast'>,
  listenHost = '127.0.0.1',
): Spec {
  const node = [process.execPath, ...flagsOf(fast)];
  return {
    name: instance.name,
    // `node --watch` does not mind that its supervisor is gone.
    command: dev ? guarded([...node, '--watch', instance.entry]) : [...node, instance.entry],
    env: { ...ONE_ARENA, ...instance.env, NODE_COMPILE_CACHE: join(dir, 'compile-cache') },
    whyNotReady: () => whyNotOk(`http://${hostOf(listenHost)}:${instance.adminPort}/readyz`),
  };
}

/** @throws {Error} when `signal` is aborted first */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const late = Promise.withResolvers<never>();
  const reject = () => late.reject(new Error('stopped before everything was ready'));
  signal.addEventListener('abort', reject);
  if (signal.aborted) reject();
  try {
    await Promise.race([work, late.promise]);
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
      `port ${port} is taken, ${service} needs it: stop what listens there, or take another: npm start -- --port ${service}=${port + 100}`,
    );
  }
}

async function whyNotOk(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? undefined : await answer.text();
  } catch (err) {
    return `${url} does not answer (${(err as Error).message})`;
  }
}
