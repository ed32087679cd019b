/**
 * The real stack as processes, with short delays or none, and with controls for every fault.
 * @module
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { openQueue, type LoopQueue } from '@dockercoins/common/queue/queue';
import { freePort } from '../../local/free-port.ts';
import { Planner } from '../../local/plan.ts';
import { redisCommand, redisProblem } from '../../local/redis.ts';
import { specOf } from '../../local/replicas.ts';
import { Supervised } from '../../local/supervised.ts';
import { SteerableClock } from '../support/clock.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { silentLog } from '../../tools/stack/log.ts';
import { LIMIT_MS } from '../../tools/stack/until.ts';
import { startSilentProxy, type SilentProxy } from '../support/silent-proxy.ts';
import { startFaultyRng, type FaultyRng } from './faulty-rng.ts';
import type { ResetMark } from './reset-mark.ts';

/** Duration of a job's lock: short, so that jobs stall often. */
export const LOCK_MS = 3000;
export const FLUSH_MS = 1000;
export const MINERS = 4;

const SCALE = { rng: 2, hasher: 1, producer: 2, miner: MINERS, dashboard: 1 };

/** Concurrent loops per miner, with delays and without. */
export const CONCURRENCY = { paced: 2, fast: 16 };

export type Delays = keyof typeof CONCURRENCY;

function envOf(delays: Delays): Record<string, string> {
  const delay = delays === 'paced' ? '5' : '0';
  return {
    RNG_DELAY_MS: delay,
    RNG_SLOTS: delays === 'paced' ? '1' : '0',
    HASHER_DELAY_MS: delay,
    MINER_WORK_MS: delay,
    MINER_CONCURRENCY: String(CONCURRENCY[delays]),
    MINER_FLUSH_MS: String(FLUSH_MS),
    MINER_LOCK_MS: String(LOCK_MS),
    MINER_TIMEOUT_MS: '1000',
    LOG_LEVEL: 'warn',
  };
}

export interface Harness extends AsyncDisposable {
  /** A connection that fails fast. */
  redis: Redis;
  redisUrl: string;
  redisPort: number;
  queue: LoopQueue;
  rngs: FaultyRng[];
  /** Connections of the miners to each rng. */
  rngLinks: SilentProxy[];
  /** Connections to Redis, by the name of the miner; `others` for all other instances. */
  redisLinks: Map<string, SilentProxy>;
  /** The clock of all miners, and that of all other services. */
  clocks: { miner: SteerableClock; others: SteerableClock };
  /** Returns the names of the replicas of a service. */
  names: (service: string) => string[];
  kill: (name: string, signal: NodeJS.Signals) => void;
  startRedis: () => Promise<void>;
  /** The resets so far. */
  resets: ResetMark[];
  stopRedis: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Redis keeps its connections open and stops responding. */
  freezeRedis: () => void;
  thawRedis: () => void;
  /** Origin of the dashboard. */
  dashboard: string;
  /** Returns true if the dashboard has a frame. */
  dashboardResponds: () => Promise<boolean>;
  /** Returns true if every process is ready, also those that were restarted. */
  isReady: () => Promise<boolean>;
  /** Stops all replicas of a service and resolves to how each ended. */
  stop: (service: string) => Promise<Map<string, string>>;
}

/** @param print receives every line that an instance prints */
export async function startHarness(
  delays: Delays,
  print: (line: string) => void,
): Promise<Harness> {
  await using undo = new AsyncDisposableStack();
  const { path: dir } = undo.use(await mkdtempDisposable(join(tmpdir(), 'dockercoins-faults-')));
  const clocks = {
    miner: undo.use(new SteerableClock()),
    others: undo.use(new SteerableClock()),
  };
  const clockOf = (whose: keyof typeof clocks) => (delays === 'paced' ? clocks[whose].env : {});

  const redisPort = await freePort();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  let server: ChildProcess | undefined;
  const startRedis = async () => {
    const [file = '', ...args] = redisCommand(redisPort, dir);
    // With `everysec`, the product's setting, Redis postpones writes to its file by up to two seconds while the disk is slow, and
    // a kill loses them although Redis has replied. With `no`, it writes before it replies.
    const unsynced = ['--appendfsync', 'no'];
    const started = spawn(file, [...args, ...unsynced], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(started.stdout).on('line', (line) => print(`redis: ${line}`));
    server = started;
    const reason = await redisProblem({ REDIS_URL: redisUrl }, LIMIT_MS);
    if (reason !== undefined) throw new Error(reason);
  };
  const stopRedis = async (signal: NodeJS.Signals) => {
    const exited = server && once(server, 'exit');
    server?.kill(signal);
    await exited;
    server = undefined;
  };
  await startRedis();
  undo.defer(() => stopRedis('SIGTERM'));

  const redis = undo.adopt(
    new Redis(redisUrl, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: 3000,
      retryStrategy: () => 50,
    }),
    (redis) => redis.disconnect(),
  );
  redis.on('error', () => undefined); // faults include outages of Redis
  await once(redis, 'ready');
  const queue = undo.adopt(openQueue(redis, silentLog), (queue) => queue.close());

  const ports = { dashboard: 0, rng: 0, hasher: 0 };
  const planner = new Planner({
    ports,
    dir,
    redis: { REDIS_URL: redisUrl },
    env: envOf(delays),
    freePort,
    listenHost: '127.0.0.1',
  });
  const instances = await planner.plan(SCALE);
  const originOf = (name: string) =>
    instances.find((instance) => instance.name === name)?.origin ?? '';
  const link = async (port: number) => undo.use(await startSilentProxy(port));

  const rngs: FaultyRng[] = [];
  const rngLinks: SilentProxy[] = [];
  for (const { origin = '' } of instances.filter(({ service }) => service === 'rng')) {
    const rng = undo.use(await startFaultyRng(origin));
    rngs.push(rng);
    rngLinks.push(await link(rng.port));
  }
  const redisLinks = new Map<string, SilentProxy>([['others', await link(redisPort)]]);
  for (const { name, service } of instances) {
    if (service === 'miner') redisLinks.set(name, await link(redisPort));
  }

  const probes: (() => Promise<string | undefined>)[] = [];
  const running = instances.map((instance) => {
    const isMiner = instance.service === 'miner';
    const redisLink = redisLinks.get(isMiner ? instance.name : 'others');
    const env = {
      ...instance.env,
      ...clockOf(isMiner ? 'miner' : 'others'),
      REDIS_URL: `redis://127.0.0.1:${redisLink?.port}`,
      ...(isMiner && {
        RNG_URL: rngLinks.map(({ port }) => `http://127.0.0.1:${port}`).join(','),
        HASHER_URL: originOf('hasher-1'),
      }),
    };
    const spec = specOf({ ...instance, env }, { dir, dev: false, fast: delays === 'fast' });
    probes.push(spec.probe);
    const supervised = new Supervised(spec, (line) => print(`${instance.name}: ${line}`));
    undo.defer(() => supervised.stop());
    return supervised;
  });
  await Promise.all(running.map((instance) => instance.start()));

  const replicasOf = (service: string) =>
    running.filter(({ name }) => name.startsWith(`${service}-`));
  const dashboard = originOf('dashboard-1');
  const kept = undo.move();
  return {
    redis,
    redisUrl,
    redisPort,
    queue,
    rngs,
    rngLinks,
    redisLinks,
    clocks,
    names: (service) => replicasOf(service).map(({ name }) => name),
    kill(name, signal) {
      const pid = running.find((instance) => instance.name === name)?.pid;
      if (pid !== undefined) process.kill(pid, signal);
    },
    resets: [],
    startRedis,
    stopRedis,
    freezeRedis: () => void server?.kill('SIGSTOP'),
    thawRedis: () => void server?.kill('SIGCONT'),
    dashboard,
    dashboardResponds: async () => (await readFrame(dashboard)) !== undefined,
    async isReady() {
      const reasons = await Promise.all(probes.map((probe) => probe()));
      return reasons.every((reason) => reason === undefined);
    },
    async stop(service) {
      const endings = replicasOf(service).map(async (instance) => {
        await instance.stop();
        return [instance.name, await instance.exited] as const;
      });
      return new Map(await Promise.all(endings));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
