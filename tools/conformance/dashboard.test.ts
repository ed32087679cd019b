import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../test/support/http-server.ts';
import { failuresOf, testMistakes, type Mistake } from '../../test/support/mistakes.ts';
import { takeRedis, type SharedRedis } from '../../test/support/shared-redis.ts';
import { besideAnother } from '../../test/support/tiny-parts.ts';
import { LIMIT_MS } from '../stack/until.ts';
import { dashboardChecks } from './dashboard.ts';
import { runChecks, type Outcome } from './run.ts';

let server: SharedRedis;
let redis: Redis;
beforeAll(async () => {
  server = await takeRedis();
  redis = new Redis(server.url);
  await redis.set('hashes', 40);
  await redis.hset('wallet', { '0a': 'a', '0b': 'b' });
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const right = () => ({ coins: 2, hashes: '40', now: Date.now() / 1000 + 0.0001 });

/** A dashboard that responds to `GET /json` with whatever `body` returns. */
const startDashboard = (body: () => object, status = 200, type = 'application/json') =>
  startServer((_, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body()));
  });

const failures = (origin: string, timeoutMs?: number) =>
  failuresOf(dashboardChecks, { origin, redis }, timeoutMs);

describe('no check fails on', () => {
  test('a dashboard with a charset in its content type', async () => {
    await using dashboard = await startDashboard(right, 200, 'application/json; charset=utf-8');
    expect(await failures(dashboard.origin)).toEqual([]);
  });

  test('a dashboard before anything has been mined', async () => {
    await using empty = await takeRedis();
    const client = new Redis(empty.url);
    const body = () => ({ ...right(), coins: 0, hashes: null });
    await using dashboard = await startDashboard(body);
    const { origin } = dashboard;
    expect(await failuresOf(dashboardChecks, { origin, redis: client })).toEqual([]);
    client.disconnect();
  });
});

test('without Redis, the checks that compare with it are skipped', async () => {
  await using dashboard = await startDashboard(right);
  const { origin } = dashboard;
  const outcomes: Outcome[] = [];
  const target = { origin, redis: undefined };
  for await (const outcome of runChecks(dashboardChecks, target, LIMIT_MS)) outcomes.push(outcome);
  const skipped = outcomes.filter(({ message }) => message === 'without --redis');
  expect(skipped.map(({ check, result }) => [result, check])).toEqual([
    ['skip', 'coins is the number of coins in wallet'],
    ['skip', 'hashes is the value of hashes in Redis'],
  ]);
});

/** What a dashboard does wrong, and the checks that fail. The first of them exists because of it. */
const MISTAKES: Mistake[] = [
  [
    'shares its port with another program',
    () => besideAnother(startDashboard(right)),
    ['no other program listens at localhost, on IPv4 or IPv6'],
  ],
  ['answers 203', () => startDashboard(right, 203), ['GET /json returns 200']],
  [
    'declares JSON as text',
    () => startDashboard(right, 200, 'text/plain'),
    ['GET /json is application/json'],
  ],
  [
    'adds a field',
    () => startDashboard(() => ({ ...right(), speed: 3.3 })),
    ['GET /json has the fields coins, hashes, and now, and no others'],
  ],
  [
    'answers coins as a string',
    () => startDashboard(() => ({ ...right(), coins: '2' })),
    ['coins is an integer'],
  ],
  [
    'answers hashes as a number',
    () => startDashboard(() => ({ ...right(), hashes: 40 })),
    ['hashes is a string of digits, or null'],
  ],
  [
    'answers milliseconds',
    () => startDashboard(() => ({ ...right(), now: Date.now() + 0.1 })),
    ['now is the time in seconds since 1970'],
  ],
  [
    'answers whole seconds',
    () => startDashboard(() => ({ ...right(), now: Math.floor(Date.now() / 1000) })),
    ['now is a number with fractions of a second'],
  ],
  [
    'counts other coins',
    () => startDashboard(() => ({ ...right(), coins: 3 })),
    ['coins is the number of coins in wallet'],
  ],
  [
    'counts other hashes',
    () => startDashboard(() => ({ ...right(), hashes: '39' })),
    ['hashes is the value of hashes in Redis'],
  ],
  [
    'forgets the hashes',
    () => startDashboard(() => ({ ...right(), hashes: null })),
    ['hashes is the value of hashes in Redis'],
  ],
];

testMistakes('a dashboard', MISTAKES, dashboardChecks, failures);
