/**
 * Several Redis servers that belong together, for tests: a master with replicas and sentinels, or a cluster.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../local/free-port.ts';
import { redisCommand, redisProblem } from '../../local/redis.ts';
import { exitOf } from './exit-of.ts';
import { untilInSync } from './replication.ts';
import { LIMIT_MS, until } from './until.ts';

export interface RedisGroup extends AsyncDisposable {
  /** For `REDIS_URL`. */
  url: string;
  /** Ports and process ids of the servers, without sentinels. */
  ports: number[];
  pids: number[];
  /** Stops the server on this port; it keeps its data. */
  stop: (port: number) => Promise<void>;
  /** Starts it again. */
  restart: (port: number) => Promise<void>;
}

/** A master with replicas and sentinels. */
export interface SentinelGroup extends RedisGroup {
  /** Port of the first master. */
  master: number;
  /** Kills the master, and resolves to the port of the replica that has replaced it. */
  failOver: () => Promise<number>;
}

/** The name that the sentinels have for the group. */
export const GROUP = 'dockercoins';

/** Until `failOver`, the sentinels are patient (ms): on a busy machine, they might replace a master that is only slow. */
const PATIENT_MS = 600_000;

/** Starts a master with two replicas, and three sentinels. */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  await using servers = new Servers();
  const ports = [await servers.start([]), await servers.start([]), await servers.start([])];
  const [master = 0, ...replicas] = ports;
  for (const port of replicas) {
    await withRedis(port, (redis) => redis.replicaof('127.0.0.1', master));
  }
  for (const port of replicas) {
    await withRedis(port, untilInSync);
  }
  const sentinels: number[] = [];
  for (let n = 0; n < 3; n++) {
    sentinels.push(
      await servers.startSentinel([
        `sentinel monitor ${GROUP} 127.0.0.1 ${master} 2`,
        `sentinel down-after-milliseconds ${GROUP} ${PATIENT_MS}`,
        `sentinel failover-timeout ${GROUP} 5000`,
      ]),
    );
  }
  for (const port of sentinels) {
    await until(`the sentinel on port ${port} knows all others`, () =>
      withRedis(port, async (redis) =>
        (await redis.info('sentinel')).includes('slaves=2,sentinels=3'),
      ),
    );
  }
  const list = sentinels.map((port) => `127.0.0.1:${port}`).join(',');
  const setPatience = async (ms: number) => {
    for (const port of sentinels) {
      await withRedis(port, (redis) =>
        redis.call('SENTINEL', 'SET', GROUP, 'down-after-milliseconds', ms),
      );
    }
  };
  const { kill, ...group } = servers.handOver({ url: `redis+sentinel://${list}/${GROUP}`, ports });
  return {
    ...group,
    master,
    async failOver() {
      await kill(master);
      await setPatience(1000);
      const successor = await until('a replica is the master', async () => {
        for (const port of replicas) {
          const [role] = await withRedis(port, (redis) => redis.role());
          if (role === 'master') return port;
        }
        return false;
      });
      await setPatience(PATIENT_MS);
      return successor;
    },
  };
}

/** Number of hash slots of a cluster. */
const SLOTS = 16_384;

/** Starts a cluster of three masters without replicas. */
export async function startCluster(): Promise<RedisGroup> {
  await using servers = new Servers();
  const ports: number[] = [];
  for (let n = 0; n < 3; n++) {
    const bus = String(await freePort());
    const options = ['--cluster-enabled', 'yes', '--cluster-port', bus];
    const port = await servers.start(options);
    ports.push(port);
    const bound = (share: number) => Math.round((SLOTS * share) / 3);
    await withRedis(port, (redis) => redis.cluster('ADDSLOTSRANGE', bound(n), bound(n + 1) - 1));
    const [first = 0] = ports;
    await withRedis(first, (redis) =>
      redis.call('CLUSTER', 'MEET', '127.0.0.1', String(port), bus),
    );
  }
  for (const port of ports) {
    await until(`the cluster is complete, seen from port ${port}`, () =>
      withRedis(port, async (redis) => {
        const info = await redis.cluster('INFO');
        return info.includes('cluster_state:ok') && info.includes('cluster_size:3');
      }),
    );
  }
  const list = ports.map((port) => `127.0.0.1:${port}`).join(',');
  return servers.handOver({ url: `redis+cluster://${list}`, ports });
}

/** Returns what `use` returns for a short connection to the server on this port. */
export async function withRedis<T>(port: number, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1');
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

interface Server {
  pid: number;
  dir: string;
  command: string[];
  stop: (signal: NodeJS.Signals) => Promise<void>;
}

/** Running servers, by port. Disposal stops them and deletes their data. */
class Servers implements AsyncDisposable {
  #running = new Map<number, Server>();

  /** Starts a server with these options in addition to the usual ones. Resolves to its port once it responds. */
  async start(options: string[]): Promise<number> {
    const port = await freePort();
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-redis-'));
    return this.#spawn(port, dir, [...redisCommand(port, dir), ...options]);
  }

  /** Starts a sentinel with these lines in its configuration. Resolves to its port once it responds. */
  async startSentinel(lines: string[]): Promise<number> {
    const port = await freePort();
    const dir = await mkdtemp(join(tmpdir(), 'dockercoins-sentinel-'));
    const config = join(dir, 'sentinel.conf');
    await writeFile(config, [`port ${port}`, 'bind 127.0.0.1', ...lines, ''].join('\n'));
    const [file = ''] = redisCommand(port, dir);
    return this.#spawn(port, dir, [file, config, '--sentinel']);
  }

  async #spawn(port: number, dir: string, [file = '', ...args]: string[]): Promise<number> {
    const child = spawn(file, args, { stdio: 'ignore' });
    const stop = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await exitOf(child, 'Redis');
    };
    this.#running.set(port, { pid: child.pid ?? NaN, dir, command: [file, ...args], stop });
    const reason = await redisProblem({ REDIS_URL: `redis://127.0.0.1:${port}` }, LIMIT_MS);
    if (reason !== undefined) throw new Error(reason);
    return port;
  }

  /** Passes the servers on to a group. */
  handOver(
    group: Pick<RedisGroup, 'url' | 'ports'>,
  ): RedisGroup & { kill: (port: number) => Promise<void> } {
    const kept = new Servers();
    [kept.#running, this.#running] = [this.#running, kept.#running];
    return {
      ...group,
      pids: group.ports.map((port) => kept.#running.get(port)?.pid ?? NaN),
      kill: async (port) => kept.#running.get(port)?.stop('SIGKILL'),
      stop: async (port) => kept.#running.get(port)?.stop('SIGTERM'),
      async restart(port) {
        const { dir = '', command = [] } = kept.#running.get(port) ?? {};
        await kept.#spawn(port, dir, command);
      },
      [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ stop }) => stop('SIGKILL')));
    for (const { dir } of this.#running.values()) await rm(dir, { recursive: true });
  }
}
