/**
 * The whole stack as processes of this machine: Redis first, then everything else side by side.
 * @module
 */
import { join } from 'node:path';
import getPort from 'get-port';
import type { LocalOptions } from './args.ts';
import { claimFolder } from './claim.ts';
import { freePort } from './free-port.ts';
import { planStack, type Part } from './plan.ts';
import { redisCommand, whyNoRedis } from './redis.ts';
import { Supervised, type Spec } from './supervised.ts';

export interface StackOptions extends LocalOptions {
  /** Folder for Redis' data and caches. */
  dir: string;
  /** A Redis that runs already; undefined: one of our own is started. */
  redisUrl: string | undefined;
  listenHost: string;
  /** Settings that all services get, beside those of the environment. */
  env: Record<string, string>;
  print: (name: string, line: string) => void;
}

export interface Stack extends AsyncDisposable {
  parts: Part[];
  redisUrl: string;
  /** Process id of a part, if it runs. */
  pidOf: (name: string) => number | undefined;
}

/** A start takes half a second of a core: of two hundred at once none would be ready in time. */
const START_TOGETHER = 20;

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

/** @throws {Error} where a port is taken, Redis is missing, or a part does not get ready; nothing is left running then */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, print } = options;
  await using undo = new AsyncDisposableStack();
  const running: Supervised[] = [];
  const supervise = (spec: Spec) => {
    const part = undo.adopt(new Supervised(spec, (line) => print(spec.name, line)), (it) =>
      it.stop(),
    );
    running.push(part);
    return part;
  };

  // If we have to go at once, the parts are asked to stop, and do so by themselves.
  const askAll = () => running.forEach((part) => part.ask());
  process.once('exit', askAll);
  undo.defer(() => void process.off('exit', askAll));

  for (const [service, port] of Object.entries(options.ports)) await checkPort(service, port);
  undo.use(await claimFolder(join(dir, 'redis')));

  let { redisUrl } = options;
  if (redisUrl === undefined) {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    redisUrl = url;
    await supervise({
      name: 'redis',
      quiet: true,
      command: redisCommand(port, join(dir, 'redis')),
      isReady: async () => (await whyNoRedis(url, 500)) === undefined,
    }).start();
  } else {
    const reason = await whyNoRedis(redisUrl, 3000);
    if (reason !== undefined) throw new Error(`REDIS_URL: ${reason}`);
  }

  const parts = await planStack({
    options,
    redisUrl,
    env: options.env,
    listenHost: options.listenHost,
    freePort,
  });
  const services = parts.map((part) => supervise(specOf(part, options)));
  // Those who serve stop last, so that miners can finish their loops.
  undo.defer(() => stopAll(services.filter(({ name }) => !/^(rng|hasher)-/.test(name))));
  for (let first = 0; first < services.length; first += START_TOGETHER) {
    const group = services.slice(first, first + START_TOGETHER);
    await Promise.all(group.map((service) => service.start()));
  }

  const kept = undo.move();
  return {
    parts,
    redisUrl,
    pidOf: (name) => running.find((part) => part.name === name)?.pid,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** How a part is run; `dir` holds the cache of what V8 compiled. */
export function specOf(
  part: Part,
  { dir, dev, fast }: Pick<StackOptions, 'dir' | 'dev' | 'fast'>,
): Spec {
  return {
    name: part.name,
    command: [process.execPath, ...flagsOf(fast), ...(dev ? ['--watch'] : []), part.entry],
    env: { ...ONE_ARENA, ...part.env, NODE_COMPILE_CACHE: join(dir, 'compile-cache') },
    isReady: () => answersOk(`http://127.0.0.1:${part.adminPort}/readyz`),
  };
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

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false; // it does not listen yet
  }
}
