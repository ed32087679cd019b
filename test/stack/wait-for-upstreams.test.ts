import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { until } from '../../tools/stack/until.ts';
import { KUSTOMIZATIONS, readObjects, workloadsIn } from '../kubernetes/objects.ts';

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

test('a miner starts once rng and hasher accept connections', async () => {
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
