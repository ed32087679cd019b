/**
 * Connections to Redis, of the two kinds that BullMQ needs.
 * @module
 */
import { Cluster, Redis } from 'ioredis';
import { refusalOf } from '../redis-refusal.ts';
import { describeRedis, parseRedisUrl, REDIS_URL_FORMS, type RedisAddress } from '../redis-url.ts';
import type { Logger } from '../log/log.ts';
import { WarnOnce } from '../log/warn-once.ts';

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

/** How a server says that it is a replica, or has become one: another server may have the address of the connection now. */
const DEMOTED = ['READONLY', 'MASTERDOWN'];

/** How long a command waits that is sent again because its server was demoted, or its node is missing in a cluster (ms). */
const RESEND_MS = 1000;

/** In a cluster, a command that must fail fast is sent at most this often, a second apart if its node is missing. */
const MAX_REDIRECTIONS = 3;

/** TCP resends a lost handshake packet after 1, 3 and 7 s. Once the network is back, a new attempt connects sooner. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Opens a connection for BullMQ workers: commands wait until Redis is back and are resent if the reply was lost, or if the
 * server has become a replica. A connection with an overdue reply is replaced; the timeout must exceed BullMQ's blocking
 * reads (up to 10 s).
 */
export function workerRedis(config: RedisConfig, log: Logger): RedisClient {
  return connect(config, log, { resends: true, maxRetriesPerRequest: null, socketTimeout: 12_000 });
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
  if (redis.status !== 'ready') {
    const reason = connectionError(redis)?.message;
    throw new Error(`not connected (${redis.status})${reason === undefined ? '' : `: ${reason}`}`);
  }
  await redis.ping();
}

/** Why each connection is not ready. */
const connectionErrors = new WeakMap<RedisClient, Error>();

/** Returns the latest reason why a connection is not ready; undefined if it is, or if there was no error yet. */
export function connectionError(redis: RedisClient): Error | undefined {
  return connectionErrors.get(redis);
}

/** Errors of a connection that was lost; it may be back by the time the error arrives. */
const DISCONNECTED = /^(Connection is closed|Stream isn't writeable)/;

/** Errors of a cluster that has lost a node and has not replaced it yet. */
const NODE_MISSING = /^(CLUSTERDOWN|Too many Cluster redirections)/;

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
    DISCONNECTED.test(err.message) ||
    (redis.isCluster && NODE_MISSING.test(err.message))
  );
}

interface ConnectionOptions {
  /** Whether a command is sent again if its server has become a replica, or its node is missing in a cluster. */
  resends?: boolean;
  maxRetriesPerRequest: number | null;
  enableOfflineQueue?: boolean;
  commandTimeout?: number;
  socketTimeout?: number;
  /** Called when a server says that it is a replica. */
  onDemoted?: (err: Error) => void;
}

/**
 * Logs one line for each reason why there is no connection, and one when it is restored, regardless of the number of attempts.
 * The same if the server has become a replica.
 */
function connect(config: RedisConfig, log: Logger, options: ConnectionOptions): RedisClient {
  const server = redisName(config);
  const demotion = new WarnOnce(log, `${server} takes no writes, reconnecting`);
  let demotionEnds: NodeJS.Timeout | undefined;
  const onDemoted = (err: Error) => {
    demotion.warn(err);
    clearTimeout(demotionEnds);
    demotionEnds = setTimeout(() => demotion.recovered(), 3 * RESEND_MS).unref();
  };
  const redis = openRedis(config, { ...options, onDemoted }, retryStrategy);
  const loss = new WarnOnce(log, `${server} is unreachable, reconnecting`);
  let isNew = true;
  const onError = (err: Error) => {
    isNew = false;
    connectionErrors.set(redis, err);
    const isRefused = refusalOf(err) !== undefined;
    loss.warn(err, isRefused ? `${server} refuses commands` : undefined);
  };
  redis.on('error', onError);
  redis.on('connect', () => reportLoading(redis, onError));
  redis.on('ready', () => {
    connectionErrors.delete(redis);
    if (isNew) log.info(`connected to ${server}`);
    isNew = false;
    loss.recovered(`reconnected to ${server}`);
  });
  return redis;
}

/** A connection is ready sooner than this (ms), unless the server is still reading its data. */
const LOADING_MS = 500;

/** While a server is reading its data, ioredis keeps asking whether it has finished, without an event. */
function reportLoading(redis: RedisClient, onError: (err: Error) => void): void {
  const ask = async () => {
    if (redis.isCluster || redis.status !== 'connect') return;
    const info = await redis.info('persistence').catch(() => '');
    if (/^loading:1/m.test(info))
      onError(new Error('LOADING Redis is loading the dataset in memory'));
  };
  setTimeout(() => void ask(), LOADING_MS).unref();
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
  { resends = false, enableOfflineQueue = true, onDemoted, ...options }: ConnectionOptions,
  retry: (attempt: number) => number,
): RedisClient {
  const { kind, hosts, group, db, family, username, password, tls } = addressOf(config);
  const login = { username, password: password ?? config.REDIS_PASSWORD, ...(tls && { tls: {} }) };
  const common = { ...options, ...login, connectTimeout: CONNECT_TIMEOUT_MS };
  if (kind === 'cluster') {
    return new Cluster(hosts, {
      redisOptions: common,
      enableOfflineQueue,
      clusterRetryStrategy: retry,
      maxRedirections: resends ? Infinity : MAX_REDIRECTIONS,
      retryDelayOnFailover: RESEND_MS,
      retryDelayOnClusterDown: RESEND_MS,
      // TLS certificates name hosts, so do not resolve names to addresses.
      ...(tls && { dnsLookup: (host, done) => done(null, host) }),
    });
  }
  const replacing = replaceDemoted(resends, retry, onDemoted);
  const single = { ...common, db, family, enableOfflineQueue, ...replacing };
  if (kind === 'server') return new Redis({ ...single, ...hosts[0] });
  return new Redis({
    ...single,
    sentinels: hosts,
    name: group,
    sentinelRetryStrategy: retry,
    ...(tls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
  });
}

/**
 * Replaces a connection whose server has become a replica: after a failover, the name may belong to another server, or
 * Sentinel may know one, while the old one keeps its connections open.
 */
function replaceDemoted(
  resends: boolean,
  retry: (attempt: number) => number,
  onDemoted?: (err: Error) => void,
) {
  let demotedAt = -Infinity;
  return {
    reconnectOnError(err: Error) {
      if (!DEMOTED.includes(refusalOf(err)?.code ?? '')) return false;
      demotedAt = performance.now();
      onDemoted?.(err);
      return resends ? 2 : 1; // 2: the command is sent again
    },
    // To ioredis, each of these is a first attempt, because the one before succeeded.
    retryStrategy: (attempt: number) =>
      resends && performance.now() - demotedAt < RESEND_MS ? RESEND_MS : retry(attempt),
  };
}

function addressOf({ REDIS_URL }: RedisConfig): RedisAddress {
  const address = parseRedisUrl(REDIS_URL);
  if (address === undefined) throw new Error(`expected ${REDIS_URL_FORMS}`);
  return address;
}
