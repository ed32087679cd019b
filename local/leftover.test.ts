import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisOn } from '../testing/redis-server.ts';
import { freePort } from './free-port.ts';
import { endLeftover, noteRedis } from './leftover.ts';
import { redisCommand, whyNoRedis } from './redis.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-leftover-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function listenAndNote(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  noteRedis(dir, (server.address() as AddressInfo).port);
}

test('the Redis of the folder is shut down', async () => {
  const port = await freePort();
  const [file = '', ...args] = redisCommand(port, dir);
  const redis = spawn(file, args, { stdio: 'ignore' });
  const exited = once(redis, 'exit');
  expect(await whyNoRedis(`redis://127.0.0.1:${port}`, 5000)).toBeUndefined();
  noteRedis(dir, port);
  await endLeftover(dir);
  expect(await exited).toEqual([0, null]);
});

test.each([undefined, 'secret'])(
  'a Redis with other data, on the port that was ours once, is left alone (password: %s)',
  async (password) => {
    await using other = redisOn(await freePort(), password);
    await other.ready;
    noteRedis(dir, other.port);
    await endLeftover(dir);
    expect(await whyNoRedis(other.url, 1000)).toBeUndefined();
  },
);

test('a web server there is left alone', async () => {
  const server = createHttpServer((_request, response) => response.end());
  await listenAndNote(server);
  await endLeftover(dir);
  server.close();
});

test('what hangs up is left alone', async () => {
  const server = createServer((socket) => socket.destroy());
  await listenAndNote(server);
  await endLeftover(dir);
  server.close();
});

test('what never answers may be our Redis: a person decides', async () => {
  const server = createServer((socket) => void socket.resume().on('error', () => undefined));
  await listenAndNote(server);
  await expect(endLeftover(dir)).rejects.toThrow(/^port \d+ does not answer: if the Redis of /);
  server.close();
});

test.each(['', 'garbage', '0', '70000'])('nothing happens with the note "%s"', async (note) => {
  await writeFile(join(dir, 'redis.port'), note);
  await endLeftover(dir);
});

test('nothing happens without a note, or if nobody listens', async () => {
  await endLeftover(dir);
  noteRedis(dir, await freePort());
  await endLeftover(dir);
});
