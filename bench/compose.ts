/**
 * What containers cost: `npm run bench:compose` runs the stack of `compose.fast.yaml` and `npm start -- --fast` side by side,
 * lets only one of them work at a time, and compares their speeds. Needs a Docker Engine on this machine, and root.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { median } from '@dockercoins/common/statistics';
import { compose, containers, docker } from '../testing/compose.ts';
import { countLoops } from './observe.ts';
import { startBenchStack, WARM_UP_MS } from './stack.ts';
import { byTurns, medianRatio, type Contestant } from './turns.ts';

const SECONDS = 60;
const FILES = ['-f', 'compose.yaml', '-f', 'compose.fast.yaml'];

/** Measures hashes per second. */
function contestant(redis: Redis, pids: number[]): Contestant<number> {
  return {
    pids,
    async measure(seconds) {
      const before = await countLoops(redis);
      const began = performance.now();
      await sleep(seconds * 1000);
      return (((await countLoops(redis)) - before) * 1000) / (performance.now() - began);
    },
  };
}

async function inspectAll(format: string): Promise<string[]> {
  const ids = (await containers()).map(({ id }) => id);
  return (await docker(['inspect', '--format', format, ...ids])).trim().split('\n');
}

try {
  await compose([...FILES, 'up', '--detach', '--build', '--wait']);
  const pids = (await inspectAll('{{.State.Pid}}')).map(Number);
  const addresses = await inspectAll(
    '{{index .Config.Labels "com.docker.compose.service"}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
  );
  const host = addresses.find((line) => line.startsWith('redis '))?.split(' ')[1];
  await using running = new AsyncDisposableStack();
  const redis = running.adopt(new Redis(`redis://${host}:6379`), (it) => it.disconnect());
  const local = running.use(await startBenchStack({ miners: 1, fast: true }));
  await sleep(2 * WARM_UP_MS);

  const stacks = [contestant(redis, pids), contestant(local.redis, [...local.pids.values()])];
  const [inContainers = [], withoutContainers = []] = await byTurns(stacks, SECONDS);
  const ratio = medianRatio(inContainers, withoutContainers);
  process.stdout.write(
    `compose ${median(inContainers).toFixed()} hashes/s, npm start ${median(withoutContainers).toFixed()} hashes/s, ratio ${ratio.toFixed(2)}\n`,
  );
} finally {
  await compose([...FILES, 'down', '--volumes']);
}
