/**
 * What containers cost: `npm run bench:compose` measures the stack of `compose.fast.yaml` and `npm start -- --fast` alternately
 * and compares their speeds. Needs a Docker Engine on this machine.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { median } from '@dockercoins/common/statistics';
import { docker } from '../stack/compose.ts';
import { containerOf, withComposeStack } from './compose-stack.ts';
import { observe } from './observe.ts';
import { startBenchStack, WARM_UP_MS } from './stack.ts';

const ROUNDS = 3;
const SECONDS = 20;
/** Only the throughput is of interest, not what the processes use. */
const NO_PROCESSES = new Map<string, number>();

const inContainers: number[] = [];
const withoutContainers: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  inContainers.push(await measureCompose());
  withoutContainers.push(await measureLocal());
}
const ratio = median(inContainers) / median(withoutContainers);
const show = (speeds: number[]) => speeds.map((speed) => speed.toFixed()).join(', ');
process.stdout.write(`hashes/s in containers       ${show(inContainers)}
hashes/s without containers  ${show(withoutContainers)}
ratio of the medians         ${ratio.toFixed(2)}
`);

function measureCompose(): Promise<number> {
  return withComposeStack(true, async (stack) => {
    const { id } = await containerOf(stack, 'redis');
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    const address = (await docker(['inspect', '--format', format, id])).trim();
    using undo = new DisposableStack();
    const redis = undo.adopt(new Redis(6379, address), (it) => it.disconnect());
    await sleep(WARM_UP_MS);
    return (await observe(redis, NO_PROCESSES, SECONDS)).hashesPerSecond;
  });
}

async function measureLocal(): Promise<number> {
  await using local = await startBenchStack({ miners: 1, fast: true });
  return (await observe(local.redis, NO_PROCESSES, SECONDS)).hashesPerSecond;
}
