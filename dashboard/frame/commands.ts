/**
 * What users type to look after the stack, which depends on how it was started.
 * @module
 */
import type { RedisConfig } from '@dockercoins/common/queue/redis';
import { parseRedisUrl, type RedisAddress } from '@dockercoins/common/redis-url';
import type { Problem, Way } from './frame.ts';

/** What a stack can be started with; the first is the default. */
export const WAYS = ['compose', 'npm', 'swarm', 'kubernetes'] as const satisfies Way[];

type Service = Exclude<Problem['part'], 'queue'>;

/** Commands are in backticks, unless a comment says otherwise. */
export interface Commands {
  way: Way;
  /** Returns what to do about a service that does not run or respond, in sentences. */
  restart: (service: Service) => string;
  /** Returns the commands that print the latest output of services. */
  logs: (...services: Service[]) => string;
  /** Returns how a command of Redis begins, without backticks. `program` is `redis-cli` or `valkey-cli`. */
  redis: (program: string) => string;
  /** Retries the jobs that failed for good. */
  retryFailed: string;
}

/** Returns the commands for a stack and its Redis. They do not contain the password, because everyone may see the page. */
export function commandsOf(
  way: Way,
  redis: RedisConfig = { REDIS_URL: 'redis://redis' },
): Commands {
  const address = parseRedisUrl(redis.REDIS_URL);
  const commands = COMMANDS[way];
  if (address === undefined || isOwn(way, address)) return commands;
  return { ...commands, ...outside(address, redis.REDIS_PASSWORD) };
}

/** In containers, the Redis of the stack is called redis. `npm start` names its port, and a loopback address. */
function isOwn(way: Way, { kind, hosts: [first] }: RedisAddress): boolean {
  return way !== 'npm' && kind === 'server' && first?.host === 'redis';
}

/** A Redis that is reached by its address. */
function outside(address: RedisAddress, password: string | undefined): Partial<Commands> {
  const { kind, hosts, db, username, tls } = address;
  const { host = '', port = 0 } = hosts[0] ?? {};
  // Which server is the master, only the sentinels know.
  const server =
    kind === 'sentinel' ? ['-h MASTER'] : [LOOPBACK.test(host) ? '' : `-h ${host}`, `-p ${port}`];
  const options = [
    ...server,
    kind === 'cluster' ? '-c' : '',
    tls ? '--tls' : '',
    username === undefined ? '' : `--user ${username}`,
    (address.password ?? password) ? '--askpass' : '',
    db === 0 ? '' : `-n ${db}`,
  ].filter(Boolean);
  return { redis: (program) => [program, ...options].join(' ') };
}

const LOOPBACK = /^(127\.|localhost$|::1$)/;

const code = (command: string) => `\`${command}\``;

const restart = (list: string, add: string, others: string) =>
  `See ${code(list)}. If it lists none, start one with ${code(add)}. ${others}`;

const npm: Commands = {
  way: 'npm',
  restart: (service) =>
    service === 'redis'
      ? 'See `npm run ps` and `npm run logs redis`. `npm start` restarts a Redis that it has started; start your own (`REDIS_URL`) yourself.'
      : `${restart('npm run ps', `npm run scale ${service}=1`, `See why in \`npm run logs ${service}\`.`)} End one that hangs with \`kill -9 PID\`: \`npm start\` restarts it.`,
  logs: (...services) => code(`npm run logs -- --tail 20 ${services.join(' ')}`),
  redis: (program) => program,
  retryFailed: code('npm run retry-failed'),
};

/**
 * `docker compose up` would set the number of replicas back to that of compose.yaml; these commands keep it. If a service has
 * no container at all, `docker compose start` fails with "no such service", and only `scale` helps.
 */
const compose: Commands = {
  way: 'compose',
  restart: (service) =>
    restart(
      `docker compose ps --all ${service}`,
      `docker compose scale ${service}=1`,
      `Start what is stopped with \`docker compose start ${service}\`; end a pause with \`docker compose unpause ${service}\`.`,
    ),
  logs: (...services) => code(`docker compose logs --tail 20 ${services.join(' ')}`),
  redis: (program) => `docker compose exec redis ${program}`,
  retryFailed: code('docker compose exec dashboard node retry-failed.mjs'),
};

/** `docker exec` reaches only containers of its own node. */
const swarm: Commands = {
  way: 'swarm',
  restart: (service) =>
    restart(
      `docker service ps dockercoins_${service}`,
      `docker service scale dockercoins_${service}=1`,
      `Replace those that hang with \`docker service update --force dockercoins_${service}\`.`,
    ),
  logs: (...services) =>
    services.map((name) => code(`docker service logs --tail 20 dockercoins_${name}`)).join(', '),
  redis: (program) =>
    `docker exec $(docker ps -q -f name=dockercoins_redis) sh -c 'REDISCLI_AUTH=$(cat /run/secrets/redis_password) ${program} "$@"' -`,
  retryFailed: code(
    'docker exec $(docker ps -q -f name=dockercoins_dashboard) node retry-failed.mjs',
  ),
};

const KUBECTL = 'kubectl -n dockercoins';

/** Redis' container has the password in its environment. */
const kubernetes: Commands = {
  way: 'kubernetes',
  restart: (service) => {
    const object = `${service === 'redis' ? 'statefulset' : 'deployment'}/${service}`;
    return restart(
      `${KUBECTL} get pods -l app.kubernetes.io/name=${service}`,
      `${KUBECTL} scale ${object} --replicas=1`,
      `Replace those that hang with \`${KUBECTL} rollout restart ${object}\`.`,
    );
  },
  logs: (...services) =>
    code(`${KUBECTL} logs --tail 20 -l 'app.kubernetes.io/name in (${services.join(', ')})'`),
  redis: (program) => `${KUBECTL} exec statefulset/redis -- ${program}`,
  retryFailed: code(`${KUBECTL} exec deployment/dashboard -- node retry-failed.mjs`),
};

const COMMANDS: Record<Way, Commands> = { npm, compose, swarm, kubernetes };
