/**
 * What images and containers need: `npm run lab:images` starts the compose stack with one miner and looks.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { compose, containers, docker, inspect } from '../testing/compose.ts';
import { residentIn } from './processes.ts';
import { median } from '@dockercoins/common/statistics';
import { markdownTable } from '../testing/markdown-table.ts';

const SERVICES = ['miner', 'producer', 'dashboard', 'rng', 'hasher'];
const BASE = 'node:26-slim';
const STARTS = 5;
/** Memory is looked at when the stack has mined for so long. */
const SETTLE_MS = 60_000;

/** What services say when they serve, and when Redis answers them; they have said it all after this time. */
const READY = / running on | on port |mining as|connected to|refills/;
const STARTED_MS = 3000;

try {
  await compose(['up', '--detach', '--build', '--wait']);
  await sleep(SETTLE_MS);
  const baseSize = await sizeOf(BASE);
  const running = await containers();
  const rows: string[][] = [];
  for (const service of SERVICES) {
    const container = running.find((it) => it.service === service);
    if (container === undefined) throw new Error(`no container of ${service}`);
    const { id } = container;
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
  const heads = [
    'service',
    '`docker stats`, MiB',
    '`VmRSS`, MB',
    'start → ready, ms',
    `image beyond ${BASE}, MB`,
  ];
  process.stdout.write(markdownTable(heads, rows));
} finally {
  await compose(['down']);
}

/** Megabytes (10^6 bytes) of an image. */
async function sizeOf(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image])) / 1e6;
}

/** Milliseconds from the start of a container's process until it has told all that it tells when it is ready. */
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
