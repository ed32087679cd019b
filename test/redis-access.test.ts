import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../local/free-port.ts';
import { redisCommand } from '../local/redis.ts';
import { makeCertificates } from '../testing/certificates.ts';
import { startStackProcess } from '../testing/stack.ts';
import { until } from '../testing/until.ts';

const PASSWORD = 'geheim/+:@';
const LOGIN = encodeURIComponent(PASSWORD);

/** The user of docs/security.md: what the stack needs, and its own keys only. */
const ACL = [
  '~bull:*',
  '~dockercoins:*',
  '~hashes',
  '~wallet',
  '&*',
  '+@all',
  '-@dangerous',
  '+info',
  '+client|list',
];

/** One Redis for all: a plain port and one with TLS, a password, and a user with rights of its own. */
let dir: string;
let stop: () => Promise<unknown>;
let plain: string;
let tls: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-tls-'));
  const { authority, cert, key } = await makeCertificates();
  const path = (name: string) => join(dir, name);
  await Promise.all([
    writeFile(path('authority.pem'), authority),
    writeFile(path('cert.pem'), cert),
    writeFile(path('key.pem'), key),
  ]);
  const port = await freePort();
  const tlsPort = await freePort();
  const [file = '', ...args] = redisCommand(port, path('data'));
  const server = spawn(
    file,
    [
      ...args,
      ...['--requirepass', PASSWORD, '--user', 'coins', 'on', `>${PASSWORD}`, ...ACL],
      ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', path('cert.pem'), '--tls-key-file', path('key.pem')],
    ],
    { stdio: 'ignore' },
  );
  const gone = once(server, 'exit');
  stop = () => {
    server.kill('SIGTERM');
    return gone;
  };
  plain = `127.0.0.1:${port}`;
  tls = `127.0.0.1:${tlsPort}`;
});
afterAll(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

const trusting = () => ({ NODE_EXTRA_CA_CERTS: join(dir, 'authority.pem') });

async function minesWith(env: Record<string, string>): Promise<void> {
  await using stack = await startStackProcess({
    env: { LOG_LEVEL: 'trace', LOG_FORMAT: 'json', ...env },
  });
  const before = await until('a frame', stack.frame);
  // The miner counts in `hashes`, BullMQ in its own script, the dashboard in its history.
  await until('all count', async () => {
    const { loops, hashes, miners, rng, hasher } = (await stack.frame()) ?? before;
    return (
      loops > before.loops + 5 &&
      (hashes ?? 0) > (before.hashes ?? 0) + 5 &&
      miners + rng + hasher === 3
    );
  });
  expect(await (await fetch(`${stack.dashboard}/api/history`)).json()).not.toHaveLength(0);
  expect((await fetch(`${stack.dashboard}/queues/api/queues?activeQueue=loops`)).status).toBe(200);
  await stack.stop('SIGTERM');
  expect(stack.lines.join('\n')).not.toMatch(/"level":[456]0|geheim/);
}

describe('the stack mines on a Redis', () => {
  test('with a password', () => minesWith({ REDIS_URL: `redis://:${LOGIN}@${plain}` }));

  test('with a user who has the rights it needs', () =>
    minesWith({ REDIS_URL: `redis://coins:${LOGIN}@${plain}` }));

  test('with TLS and an authority of our own', () =>
    minesWith({ REDIS_URL: `rediss://:${LOGIN}@${tls}`, ...trusting() }));
});

describe('npm start says what is wrong, and shows no password', () => {
  async function failureOf(env: Record<string, string>): Promise<string> {
    const failure: unknown = await startStackProcess({ env }).catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(Error);
    const { message } = failure as Error;
    expect(message).toMatch(/^npm start exited with 1:/);
    expect(message).not.toMatch(/falsch|geheim/);
    return message;
  }

  test('a wrong password', async () => {
    expect(await failureOf({ REDIS_URL: `redis://:falsch@${plain}` })).toContain(
      `REDIS_URL: Redis at ${plain} refuses the login (WRONGPASS): expected its user and password`,
    );
  });

  test('no password', async () => {
    expect(await failureOf({ REDIS_URL: `redis://${plain}` })).toContain(
      'refuses the login (NOAUTH)',
    );
  });

  test('an authority that is not trusted', async () => {
    expect(await failureOf({ REDIS_URL: `rediss://:${LOGIN}@${tls}` })).toContain(
      `REDIS_URL: no Redis answers at ${tls}: unable to verify the first certificate`,
    );
  });

  test('an address that is none', async () => {
    expect(await failureOf({ REDIS_URL: `redis//:${LOGIN}@${plain}` })).toContain(
      'expected an address like redis://host:6379/0',
    );
  });
});
