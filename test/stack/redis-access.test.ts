/**
 * The stack on a Redis that needs a password, a user, or TLS.
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { redisCommand, redisProblem } from '../../local/redis.ts';
import { makeCertificates } from '../support/certificates.ts';
import { exitOf } from '../../tools/stack/exit-of.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { LIMIT_MS, until } from '../../tools/stack/until.ts';

const PASSWORD = 'hunter2/+:@';
const ENCODED = encodeURIComponent(PASSWORD);

/** The least rights that the stack needs; docs/security.md lists the same. */
const ACL = [
  '~bull:*',
  '~{dockercoins}:*',
  '~hashes',
  '~{hashes}:*',
  '~wallet',
  '+@all',
  '-@dangerous',
  '+info',
  '+client|list',
];

/** What happens on a busy machine during a start: a miner is ready before rng or hasher, or a command takes two seconds. */
const BUSY = /loop failed.*ECONNREFUSED|Command timed out/;

/** One Redis for all tests: a plain port, a TLS port, a password, and a user with limited rights. */
const running = new AsyncDisposableStack();
let dir: string;
let plain: string;
let tls: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-tls-'));
  running.defer(() => rm(dir, { recursive: true }));
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
  running.defer(async () => {
    server.kill('SIGTERM');
    await exitOf(server, 'Redis');
  });
  plain = `127.0.0.1:${port}`;
  tls = `127.0.0.1:${tlsPort}`;
  const config = { REDIS_URL: `redis://:${ENCODED}@${plain}` };
  expect(await redisProblem(config, LIMIT_MS)).toBeUndefined();
});
afterAll(() => running.disposeAsync());

async function expectMining(env: Record<string, string>): Promise<void> {
  const quick = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '20', MINER_WORK_MS: '20' };
  await using stack = await startStackProcess({
    env: { LOG_LEVEL: 'trace', LOG_FORMAT: 'json', ...quick, ...env },
  });
  const before = await until('the dashboard has a frame', stack.frame);
  // BullMQ counts in its own scripts, the miner in `hashes`, the dashboard in its history.
  await until('all counters have moved', async () => {
    const { loops, hashes, miners, rng, hasher } = (await stack.frame()) ?? before;
    return (
      loops > before.loops + 5 &&
      (hashes ?? 0) > (before.hashes ?? 0) + 5 &&
      miners === 1 &&
      rng === 1 &&
      hasher === 1
    );
  });
  const started = stack.lines.length;
  expect(await (await fetch(`${stack.dashboard}/api/history`)).json()).not.toHaveLength(0);
  for (const path of ['/queues/api/queues?activeQueue=loops', '/api/job?slowest']) {
    expect((await fetch(`${stack.dashboard}${path}`)).status, path).toBe(200);
  }
  expect(await stack.stop('SIGTERM')).toBe(0);
  const complaints = stack.lines.filter(
    (line, n) => /"level":[456]0/.test(line) && !(n < started && BUSY.test(line)),
  );
  expect(complaints).toEqual([]);
  expect(stack.lines.join('\n')).not.toContain('hunter2');
}

describe('the stack mines on a Redis', () => {
  test('with a password', () => expectMining({ REDIS_URL: `redis://:${ENCODED}@${plain}` }));

  test('with a user that has only the rights it needs, TLS, and a private certificate authority', () =>
    expectMining({
      REDIS_URL: `rediss://coins:${ENCODED}@${tls}`,
      NODE_EXTRA_CA_CERTS: join(dir, 'authority.pem'),
    }));
});

test('the stack uses no command that is newer than Redis 6.0', async () => {
  const redis = new Redis(`redis://:${ENCODED}@${plain}`);
  try {
    const stats = await redis.info('commandstats');
    const used = [...stats.matchAll(/^cmdstat_([a-z]+)/gm)].map(([, name = '']) => name);
    expect(used).toContain('evalsha');
    const docs = (await redis.call('COMMAND', 'DOCS', ...used)) as (string | string[])[];
    const recent = docs.filter((doc) => parseFloat(doc[doc.indexOf('since') + 1] ?? '') > 6);
    expect(recent).toEqual([]);
  } finally {
    redis.disconnect();
  }
});

describe('npm start explains why it fails, without showing a password,', () => {
  async function failureOf(env: Record<string, string>): Promise<string> {
    const failure: unknown = await startStackProcess({ env }).catch((err: unknown) => err);
    expect(failure).toBeInstanceOf(Error);
    const { message } = failure as Error;
    expect(message).toMatch(/^npm start exited with 1:/);
    expect(message).not.toMatch(/letmein|hunter2/);
    return message;
  }

  test('if the password is wrong', async () => {
    expect(await failureOf({ REDIS_URL: `redis://:letmein@${plain}` })).toContain(
      `REDIS_URL: Redis at ${plain} rejected the login (WRONGPASS): expected its user and password`,
    );
  });

  test('if the password is missing', async () => {
    expect(await failureOf({ REDIS_URL: `redis://${plain}` })).toContain(
      'rejected the login (NOAUTH)',
    );
  });

  test('if the certificate authority is not trusted', async () => {
    expect(await failureOf({ REDIS_URL: `rediss://:${ENCODED}@${tls}` })).toContain(
      `REDIS_URL: cannot reach Redis at ${tls}: unable to verify the first certificate`,
    );
  });

  test('if REDIS_URL is not a URL', async () => {
    expect(await failureOf({ REDIS_URL: `redis//:${ENCODED}@${plain}` })).toContain(
      'expected a URL like redis://host:6379/0',
    );
  });
});
