/**
 * The forms of `REDIS_URL`: one server, a server that Sentinel keeps available, or a cluster.
 * @module
 */

/** What a Redis URL says. */
export interface RedisAddress {
  kind: 'server' | 'sentinel' | 'cluster';
  /** One server; the sentinels; or some nodes of the cluster. */
  hosts: { host: string; port: number }[];
  /** Sentinel's name for the group of a master and its replicas; '' for the other kinds. */
  group: string;
  /** Number of the database; 0 in a cluster, which has no other. */
  db: number;
  /** Version of IP to connect with: 0 = either. */
  family: 0 | 4 | 6;
  username: string | undefined;
  password: string | undefined;
  tls: boolean;
}

/** Examples of all forms, for error messages. */
export const REDIS_URL_FORMS =
  'a URL like redis://host:6379/0, rediss://user:password@host:6380, ' +
  'redis+sentinel://host1:26379,host2:26379/name or redis+cluster://host1:6379,host2:6379; ' +
  'except for a cluster, ?db=0 and ?family=0 (or 4, 6) are understood, and no other query';

const FORM =
  /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#\s]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;
const DATABASE = /^\d{0,5}$/;
const FAMILIES = { '0': 0, '4': 4, '6': 6 } as const;
const PORTS = { server: 6379, sentinel: 26_379, cluster: 6379 };

/** Parses a Redis URL. Stricter than ioredis, which throws on some invalid URLs and misreads the rest. */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const [, tls, form, login, list = '', path = '', search = ''] = FORM.exec(url) ?? [];
  const kind = (form ?? 'server') as RedisAddress['kind'];
  const hosts = list.split(',').map((host) => parseHost(host, PORTS[kind]));
  if (!hosts.every((host) => host !== undefined)) return undefined;
  const segments = path.split('/');
  const group = kind === 'sentinel' ? (segments.shift() ?? '') : '';
  const [segment = '', ...rest] = segments;
  const query = parseQuery(search);
  if (query === undefined || (kind === 'cluster' && search !== '')) return undefined;
  const db = segment || query.db;
  if (query.db !== '' && query.db !== db) return undefined;
  if (kind === 'server' && hosts.length > 1) return undefined;
  if (kind === 'sentinel' && !/^[\w.-]+$/.test(group)) return undefined;
  if (!DATABASE.test(db) || (kind === 'cluster' && Number(db) > 0) || rest.length > 0)
    return undefined;
  try {
    const { family } = query;
    return { kind, hosts, group, db: Number(db), family, ...parseLogin(login), tls: tls === 's' };
  } catch {
    return undefined; // malformed percent-encoding
  }
}

/** The settings that ioredis, too, reads from a URL's query, and that have a meaning here. */
function parseQuery(search: string) {
  const { db = '', family = '0', ...rest } = Object.fromEntries(new URLSearchParams(search));
  if (!isFamily(family) || Object.keys(rest).length > 0) return undefined;
  return { db, family: FAMILIES[family] };
}

const isFamily = (text: string): text is keyof typeof FAMILIES => Object.hasOwn(FAMILIES, text);

function parseHost(text: string, defaultPort: number) {
  const [, host, digits] = HOST.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

function parseLogin(login = '') {
  const [username = '', ...rest] = login.split(':');
  return {
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(rest.join(':')) || undefined,
  };
}

/** Names a Redis in messages, without its password: `Redis at host:6379`. */
export function describeRedis({ kind, hosts, group }: RedisAddress): string {
  const list = hosts
    .map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(', ');
  if (kind === 'sentinel') return `Redis "${group}" of the sentinels at ${list}`;
  return kind === 'cluster' ? `Redis cluster at ${list}` : `Redis at ${list}`;
}
