import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { JOB_NAME, keys } from '@dockercoins/common/contract';
import { freePort } from '../support/free-port.ts';
import { startServer } from '../support/http-server.ts';
import { startTestQueue } from '../support/queue.ts';
import { startService } from '../support/service.ts';
import { until } from '../../tools/stack/until.ts';
import { KUSTOMIZATIONS, readObjects, workloadsIn } from '../kubernetes/objects.ts';

const { server, redis, queue } = await startTestQueue();

/** Accepts connections, as soon as it listens. */
function serverOn(port: number) {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    socket.on('error', () => undefined).destroy();
  });
  return {
    accepted: () => accepted,
    listen: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

test('a miner that starts before rng and hasher fails no job', async () => {
  await queue.add(JOB_NAME, {});
  const rngPort = await freePort();
  const hasherPort = await freePort();
  await using running = new AsyncDisposableStack();
  const miner = startService('miner/main.ts', {
    REDIS_URL: server.url,
    RNG_URL: `http://127.0.0.1:${rngPort}`,
    HASHER_URL: `http://127.0.0.1:${hasherPort}`,
  });
  running.defer(async () => (await miner)[Symbol.asyncDispose]());
  const reportedAt = new Set<string>();
  await until('it has reported twice', async () => {
    const [, at] = await redis.zrange(keys.miners, '0', '0', 'WITHSCORES');
    if (at !== undefined) reportedAt.add(at);
    return reportedAt.size === 2;
  });
  running.use(await startServer((_request, response) => response.end(randomBytes(32)), rngPort));
  running.use(await startServer((_request, response) => response.end('a'.repeat(64)), hasherPort));
  const job = await until('its job is completed', async () => (await queue.getCompleted())[0]);
  expect(job.attemptsMade).toBe(1);
});

test("in Kubernetes, a miner's container starts once rng and hasher accept connections", async () => {
  const miner = workloadsIn(readObjects(`${KUSTOMIZATIONS}/base`)).find(
    ({ name }) => name === 'miner',
  );
  const [program = '', ...args] = miner?.pod.initContainers?.[0]?.command ?? [];
  const rngPort = await freePort();
  const hasherPort = await freePort();
  const local = args.map((arg) =>
    arg
      .replace('/rng/8080', `/127.0.0.1/${rngPort}`)
      .replace('/hasher/8080', `/127.0.0.1/${hasherPort}`),
  );
  await using rng = serverOn(rngPort);
  await using hasher = serverOn(hasherPort);
  const waiting = spawn(program, local, { stdio: 'ignore' });
  const exited = once(waiting, 'exit');

  await rng.listen();
  await until('it has tried twice', () => rng.accepted() >= 2);
  expect(waiting.exitCode).toBeNull();
  await hasher.listen();
  expect(await exited).toEqual([0, null]);
});
