/**
 * The real stack as processes, with delays lowered so that there is load, and everything in reach
 * that may go wrong.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../local/free-port.ts';
import { planStack } from '../../local/plan.ts';
import { redisCommand, whyNoRedis } from '../../local/redis.ts';
import { specOf } from '../../local/stack.ts';
import { Supervised } from '../../local/supervised.ts';
import { readFrame } from '../support/frame.ts';
import { startBadRng, type BadRng } from './bad-rng.ts';

/** Milliseconds after which a silent miner loses its jobs: short, so that it happens often. */
export const LOCK_MS = 3000;
export const FLUSH_MS = 1000;

const DELAY_MS = 5;
const CONCURRENCY = 2;

/** The most loops that one miner can do between two updates of `hashes`: work, rng and hasher take a delay each. */
export const LOOPS_PER_FLUSH = CONCURRENCY * Math.ceil(FLUSH_MS / (3 * DELAY_MS) + 1);

const SCALE = { rng: 1, hasher: 1, producer: 2, miner: 4, dashboard: 1 };

const ENV = {
  RNG_DELAY_MS: String(DELAY_MS),
  HASHER_DELAY_MS: String(DELAY_MS),
  MINER_WORK_MS: String(DELAY_MS),
  MINER_CONCURRENCY: String(CONCURRENCY),
  MINER_FLUSH_MS: String(FLUSH_MS),
  MINER_LOCK_MS: String(LOCK_MS),
  MINER_TIMEOUT_MS: '1000',
  PRODUCER_BACKLOG: '500',
  LOG_LEVEL: 'warn',
};

export interface Stand extends AsyncDisposable {
  /** A connection that fails fast. */
  redis: Redis;
  redisUrl: string;
  rng: BadRng;
  names: (service: string) => string[];
  kill: (name: string, signal: NodeJS.Signals) => void;
  startRedis: () => Promise<void>;
  stopRedis: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Lets it hang: it keeps its connections and answers nothing. */
  freezeRedis: () => void;
  thawRedis: () => void;
  dashboardAnswers: () => Promise<boolean>;
  /** Stops all replicas of a service and resolves with how each ended. */
  stop: (service: string) => Promise<Map<string, string>>;
}

/** @param print takes the lines of all parts */
export async function startStand(print: (line: string) => void): Promise<Stand> {
  await using undo = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'dockercoins-faults-'));
  undo.defer(() => rm(dir, { recursive: true }));

  const redisPort = await freePort();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  let server: ChildProcess | undefined;
  const startRedis = async () => {
    const [file = '', ...args] = redisCommand(redisPort, dir);
    server = spawn(file, args, { stdio: 'ignore' });
    const reason = await whyNoRedis(redisUrl, 10_000);
    if (reason !== undefined) throw new Error(reason);
  };
  const stopRedis = async (signal: NodeJS.Signals) => {
    const gone = server && once(server, 'exit');
    server?.kill(signal);
    await gone;
    server = undefined;
  };
  await startRedis();
  undo.defer(() => stopRedis('SIGTERM'));

  const redis = undo.adopt(
    new Redis(redisUrl, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      commandTimeout: 1000,
      retryStrategy: () => 50,
    }),
    (it) => it.disconnect(),
  );
  redis.on('error', () => undefined); // it is taken away on purpose

  const ports = { dashboard: 0, rng: 0, hasher: 0 };
  const options = { scale: SCALE, ports, dir, dev: false, fast: false, help: false };
  const parts = await planStack({
    options,
    redisUrl,
    env: ENV,
    freePort,
    listenHost: '127.0.0.1',
  });
  const portOf = (name: string) => parts.find((part) => part.name === name)?.port;
  const rng = undo.use(await startBadRng(`http://127.0.0.1:${portOf('rng-1')}`));
  const running = parts.map((part) => {
    const env = part.service === 'miner' ? { ...part.env, RNG_URL: rng.origin } : part.env;
    const spec = specOf({ ...part, env }, options);
    return undo.adopt(new Supervised(spec, (line) => print(`${part.name}: ${line}`)), (it) =>
      it.stop(),
    );
  });
  await Promise.all(running.map((part) => part.start()));

  const of = (service: string) => running.filter(({ name }) => name.startsWith(`${service}-`));
  const kept = undo.move();
  return {
    redis,
    redisUrl,
    rng,
    names: (service) => of(service).map(({ name }) => name),
    kill(name, signal) {
      const pid = running.find((part) => part.name === name)?.pid;
      if (pid !== undefined) process.kill(pid, signal);
    },
    startRedis,
    stopRedis,
    freezeRedis: () => void server?.kill('SIGSTOP'),
    thawRedis: () => void server?.kill('SIGCONT'),
    dashboardAnswers: async () =>
      (await readFrame(`http://127.0.0.1:${portOf('dashboard-1')}`)) !== undefined,
    async stop(service) {
      const ends = of(service).map(async (part) => {
        await part.stop();
        return [part.name, await part.exited] as const;
      });
      return new Map(await Promise.all(ends));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
