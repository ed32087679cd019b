/**
 * Memory, startup time, and image size of each service: `npm run bench:images` measures the Compose stack with 1 miner.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '@dockercoins/common/statistics';
import { docker, inspect } from '../stack/compose.ts';
import { markdownTable } from '../markdown-table.ts';
import { containerOf, withComposeStack } from './compose-stack.ts';
import { residentIn } from './processes.ts';

const SERVICES = ['miner', 'producer', 'dashboard', 'rng', 'hasher'];
const BASE = 'node:26-slim';
const STARTS = 5;
/** How long the stack mines before its memory is measured. */
const SETTLE_MS = 60_000;

/** Log lines that a service prints until it is ready, and how long to wait for all of them. */
const READY = / running on | on port |mining as|connected to|refill/;
const STARTED_MS = 3000;

await withComposeStack(false, async (stack) => {
  await sleep(SETTLE_MS);
  const baseSize = await sizeOf(BASE);
  const rows: string[][] = [];
  for (const service of SERVICES) {
    const { id } = await containerOf(stack, service);
    const image = (await inspect(id)).Image;
    const memory = await docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', id]);
    const resident = residentIn(await docker(['exec', id, 'cat', '/proc/1/status']));
    const size = (await sizeOf(image)) - baseSize;
    const starts: number[] = [];
    for (let n = 0; n < STARTS; n++) starts.push(await timeStart(id));
    rows.push([
      service,
      memory.split('MiB')[0] ?? '',
      resident.toFixed(),
      median(starts).toFixed(),
      size.toFixed(1),
    ]);
  }
  const headings = [
    'service',
    '`docker stats`, MiB',
    '`VmRSS`, MiB',
    'start to ready, ms',
    `image on top of ${BASE}, MiB`,
  ];
  process.stdout.write(markdownTable(headings, rows));
});

/** Returns the size of an image in MiB. */
async function sizeOf(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image])) / 2 ** 20;
}

/** Restarts a container and returns the milliseconds from process start to the last log line that matches `READY`. */
async function timeStart(id: string): Promise<number> {
  await docker(['restart', id]);
  await sleep(STARTED_MS);
  const startedAt = (await inspect(id)).State.StartedAt;
  const lines = (await docker(['logs', '--timestamps', '--since', startedAt, id])).split('\n');
  const readyAt = lines
    .filter((line) => READY.test(line))
    .map((line) => Date.parse(line.split(' ')[0] ?? ''));
  return Math.max(...readyAt) - Date.parse(startedAt);
}
