/**
 * What images and containers need: `npm run lab:images` starts the compose stack with one miner and looks.
 * @module
 */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { compose, containers, inspect } from '../test/support/compose.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

const SERVICES = ['miner', 'producer', 'dashboard', 'rng', 'hasher'];
const BASE = 'node:26-slim';
const STARTS = 5;
/** Memory is looked at when the stack has mined for so long. */
const SETTLE_MS = 60_000;

/** What services say when they serve, and when Redis answers them; they have said it all after this time. */
const READY = / running on | on port |mining as|connected to|refills/;
const STARTED_MS = 3000;

const run = promisify(execFile);
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim();

try {
  await compose(['up', '--detach', '--build', '--wait']);
  await sleep(SETTLE_MS);
  const rows: string[][] = [];
  for (const service of SERVICES) {
    const container = (await containers()).find((it) => it.service === service);
    if (container === undefined) throw new Error(`no container of ${service}`);
    const { id } = container;
    const memory = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', id);
    const resident = await residentOf(id);
    const size = (await sizeOf(`dockercoins/${service}`)) - (await sizeOf(BASE));
    const starts: number[] = [];
    for (let n = 0; n < STARTS; n++) starts.push(await timeStart(id));
    rows.push([
      ...[service, memory.split('MiB')[0] ?? '', resident.toFixed()],
      ...[median(starts).toFixed(), size.toFixed(1)],
    ]);
  }
  const heads = ['service', '`docker stats`, MiB', '`VmRSS`, MB', 'start → ready, ms'];
  process.stdout.write(table([...heads, `image beyond ${BASE}, MB`], rows));
} finally {
  await compose(['down']);
}

/** Megabytes (10^6 bytes) of the process in a container, with the pages that it shares with others. */
async function residentOf(id: string): Promise<number> {
  const status = await docker('exec', id, 'cat', '/proc/1/status');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** Megabytes (10^6 bytes) of an image. */
async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;
}

/** Milliseconds from the start of a container's process until it has told all that it tells when it is ready. */
async function timeStart(id: string): Promise<number> {
  await docker('restart', id);
  await sleep(STARTED_MS);
  const startedAt = (await inspect(id)).State.StartedAt;
  const { stdout, stderr } = await run('docker', [
    'logs',
    '--timestamps',
    '--since',
    startedAt,
    id,
  ]);
  const readyAt = `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => READY.test(line))
    .map((line) => Date.parse(line.split(' ')[0] ?? ''));
  return Math.max(...readyAt) - Date.parse(startedAt);
}
