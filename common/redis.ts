/**
 * Connections to Redis, of the two kinds that BullMQ needs.
 * @module
 */
import { Cluster, Redis } from 'ioredis';
import { describeRedis, parseRedisUrl, REDIS_URL_FORMS, type RedisAddress } from './redis-url.ts';
import type { Logger } from './service/log.ts';

/** A connection to one server, found through Sentinel or not, or to a cluster. */
export type RedisClient = Redis | Cluster;

/** Which Redis to connect to. */
export interface RedisConfig {
  REDIS_URL: string;
  /** Used if the URL contains none. */
  REDIS_PASSWORD?: string | undefined;
}

/** Delay before reconnecting (ms): 100, then doubling to at most 1000, so that recovery is noticed quickly. */
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 1000);

/** TCP resends a lost handshake packet after 1, 3 and 7 s. Once the network is back, a new attempt connects sooner. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Opens a connection for BullMQ workers: commands wait until Redis is back and are resent if the reply was lost.
 * A connection with an overdue reply is replaced; the timeout must exceed BullMQ's blocking reads (up to 10 s).
 */
export function workerRedis(config: RedisConfig, log: Logger): RedisClient {
  return connect(config, log, { maxRetriesPerRequest: null, socketTimeout: 12_000 });
}

/** Opens a connection for producers and web pages: a command fails within 2 s and is never sent twice. */
export function failFastRedis(config: RedisConfig, log: Logger): RedisClient {
  return connect(config, log, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 2000,
    socketTimeout: 4000,
  });
}

/** @throws {Error} immediately if there is no connection, or when the connection's timeout expires without a reply */
export async function checkRedis(redis: RedisClient): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`not connected (${redis.status})`);
  await redis.ping();
}

/** Errors of a cluster that has lost a node and has not replaced it yet. */
const NODE_MISSING = /^(CLUSTERDOWN|Connection is closed|Too many Cluster redirections)/;

/**
 * Returns true if a command failed because Redis is unreachable, which the connection logs. Any other error is a
 * reply from Redis (`OOM`, `READONLY`, `NOPERM`) or a bug, and needs attention.
 */
export function isUnreachable(redis: RedisClient, err: Error): boolean {
  return (
    redis.status !== 'ready' ||
    err.name === 'MaxRetriesPerRequestError' ||
    err.name === 'ClusterAllFailedError' ||
    err.message === 'Command timed out' ||
    (redis.isCluster && NODE_MISSING.test(err.message))
  );
}

interface ConnectionOptions {
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
  socketTimeout?: number;
}

/** Logs one line when the connection is lost and one when it is restored, regardless of the number of attempts. */
function connect(config: RedisConfig, log: Logger, options: ConnectionOptions): RedisClient {
  const redis = openRedis(config, options, retryStrategy);
  const server = redisName(config);
  let lost = false;
  redis.on('error', (err: Error) => {
    if (!lost) log.warn({ err }, `${server} is unreachable, reconnecting`);
    lost = true;
  });
  redis.on('ready', () => {
    log.info(lost ? `reconnected to ${server}` : `connected to ${server}`);
    lost = false;
  });
  return redis;
}

/** Names the Redis in messages, without its password: `Redis at host:6379`. */
export function redisName(config: RedisConfig): string {
  return describeRedis(addressOf(config));
}

/**
 * Opens a connection without logging.
 * @param retry returns the delay before an attempt to reconnect (ms); attempts count from 1
 */
export function openRedis(
  config: RedisConfig,
  { enableOfflineQueue = true, ...options }: ConnectionOptions,
  retry: (attempt: number) => number,
): RedisClient {
  const { kind, hosts, group, db, username, password, tls } = addressOf(config);
  const login = { username, password: password ?? config.REDIS_PASSWORD, ...(tls && { tls: {} }) };
  const common = { ...options, ...login, connectTimeout: CONNECT_TIMEOUT_MS };
  if (kind === 'cluster') {
    return new Cluster(hosts, {
      redisOptions: common,
      enableOfflineQueue,
      clusterRetryStrategy: retry,
      // TLS certificates name hosts, so do not resolve names to addresses.
      ...(tls && { dnsLookup: (host, done) => done(null, host) }),
    });
  }
  const single = { ...common, db, enableOfflineQueue, retryStrategy: retry };
  if (kind === 'server') return new Redis({ ...single, ...hosts[0] });
  return new Redis({
    ...single,
    sentinels: hosts,
    name: group,
    sentinelRetryStrategy: retry,
    ...(tls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
  });
}

function addressOf({ REDIS_URL }: RedisConfig): RedisAddress {
  const address = parseRedisUrl(REDIS_URL);
  if (address === undefined) throw new Error(`expected ${REDIS_URL_FORMS}`);
  return address;
}
