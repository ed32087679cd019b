import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisOn } from '../../tools/stack/redis-server.ts';
import { LIMIT_MS } from '../../tools/stack/until.ts';
import { freePort } from '../support/free-port.ts';
import { recordRedisPort, shutDownOrphan } from '../../local/orphaned-redis.ts';
import { redisCommand, redisProblem } from '../../local/redis.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-orphan-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function listenOnRecordedPort(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  recordRedisPort(dir, (server.address() as AddressInfo).port);
}

test('the Redis of the folder is shut down', async () => {
  const port = await freePort();
  const [file = '', ...args] = redisCommand(port, dir);
  const redis = spawn(file, args, { stdio: 'ignore' });
  const exited = once(redis, 'exit');
  expect(await redisProblem({ REDIS_URL: `redis://127.0.0.1:${port}` }, LIMIT_MS)).toBeUndefined();
  recordRedisPort(dir, port);
  await shutDownOrphan(dir);
  expect(await exited).toEqual([0, null]);
});

test.each([undefined, 'secret'])(
  'another Redis on the recorded port keeps running (password: %s)',
  async (password) => {
    await using other = redisOn(await freePort(), password);
    await other.ready;
    recordRedisPort(dir, other.port);
    await shutDownOrphan(dir);
    expect(await redisProblem({ REDIS_URL: other.url }, LIMIT_MS)).toBeUndefined();
  },
);

test('a web server on the recorded port is ignored', async () => {
  const server = createHttpServer((_request, response) => response.end());
  await listenOnRecordedPort(server);
  await shutDownOrphan(dir);
  server.close();
});

test('a server that closes the connection is ignored', async () => {
  const server = createServer((socket) => socket.destroy());
  await listenOnRecordedPort(server);
  await shutDownOrphan(dir);
  server.close();
});

test('a server that never responds causes an error, because it may be the Redis of the folder', async () => {
  const server = createServer((socket) => void socket.resume().on('error', () => undefined));
  await listenOnRecordedPort(server);
  await expect(shutDownOrphan(dir)).rejects.toThrow(
    /^port \d+ accepts connections but does not respond: if the Redis of /,
  );
  server.close();
});

test.each(['', 'garbage', '0', '70000'])('the invalid port "%s" is ignored', async (port) => {
  await writeFile(join(dir, 'redis.port'), port);
  await shutDownOrphan(dir);
});

test('nothing happens without a recorded port, or if nothing listens on it', async () => {
  await shutDownOrphan(dir);
  recordRedisPort(dir, await freePort());
  await shutDownOrphan(dir);
});
