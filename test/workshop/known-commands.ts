/**
 * What the commands in the workshop's text do. The text shows a sample of the output below most commands: it must pass the same
 * check as the real output.
 * @module
 */
import { expect } from 'vitest';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { until } from '../../tools/stack/until.ts';

export interface KnownCommand {
  /** What readers wait for before they press Ctrl-C; undefined if the command ends by itself. */
  until?: RegExp;
  /** Checks its output. */
  check?: (output: string) => void;
  /** Waits for what happens then. */
  effect?: (frame: () => Promise<Frame | undefined>) => Promise<void>;
}

const SILENT: KnownCommand = {};

/** Returns the number that a group of the pattern matches. */
function numberIn(output: string, pattern: RegExp): number {
  expect(output).toMatch(pattern);
  return Number(pattern.exec(output)?.[1]);
}

const expectBetween = (value: number, min: number, max: number) => {
  expect(value).toBeGreaterThan(min);
  expect(value).toBeLessThan(max);
};

/** Checks the mean time of `httping`, in ms. */
const httping = (min: number, max: number): KnownCommand => ({
  check(output) {
    expect(output).toContain('5 connects, 5 ok, 0.00% failed');
    expectBetween(numberIn(output, /min\/avg\/max = [\d.]+\/([\d.]+)\//), min, max);
  },
});

/** Checks requests per second and the mean time per request in ms, as `ab` reports them. */
const ab = (perSecond: number, meanMs: number): KnownCommand => ({
  check(output) {
    const rate = numberIn(output, /Requests per second: +([\d.]+)/);
    expectBetween(rate, 0.5 * perSecond, 1.03 * perSecond);
    const mean = numberIn(output, /Time per request: +([\d.]+) \[ms\] \(mean\)/);
    expectBetween(mean, 0.97 * meanMs, 2 * meanMs);
  },
});

/** The first sign that the stack mines. */
export const WORK = /^miner-1 +\| .*\d+ units of work done, updating hash counter$/m;
const started: KnownCommand = { check: (output) => expect(output).toMatch(WORK) };
const followed: KnownCommand = { ...started, until: WORK };

/** Checks that the services leave the processors idle, whatever else this machine does. */
const idle: KnownCommand['effect'] = async (frame) => {
  const latest = await until('the dashboard has a frame', frame);
  const cores = latest.cpu.services.reduce((sum, { total }) => sum + total, 0);
  expect(cores).toBeLessThan(0.5);
};

const top: KnownCommand = {
  check: (output) => expect(output).toMatch(/^top - .*\n.*\n%Cpu\(s\): *[\d.]+ us,.*[\d.]+ id,/m),
  effect: idle,
};

const vmstat: KnownCommand = {
  check(output) {
    const [heads = [], ...rows] = output
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
    expect(rows).toHaveLength(3);
    for (const row of rows) expectBetween(Number(row[heads.indexOf('id')]), -1, 101);
  },
  effect: idle,
};

/** Checks that `npm run scale` reports the replicas that it was asked for. Compose says that containers have started. */
const scaled = (replicas: string): KnownCommand => ({
  check(output) {
    for (const pair of replicas.split(' ')) {
      expect(output).toMatch(new RegExp(`^${pair.replace('=', ': ')} replicas?$`, 'm'));
    }
  },
});

/** Waits until two miners work, so that each has a job to lose. */
const twoMinersWork: KnownCommand['effect'] = async (frame) => {
  await until('two miners work', async () => {
    const fleet = (await frame())?.fleet ?? [];
    return fleet.length === 2 && fleet.every(({ lost, loops }) => !lost && loops > 2);
  });
};

/** Waits until the page reports the job of the killed miner, and until another miner has completed it. */
const killMiner: KnownCommand = {
  async effect(frame) {
    const { problems } = await until('the page reports a lost job', async () => {
      const latest = await frame();
      return latest?.abandoned.length === 1 && latest;
    });
    expect(problems.map(({ text }) => text).join('\n')).toMatch(/^1 job lost by miner-\d/m);
    await until('another miner runs it', async () => (await frame())?.abandoned.length === 0);
    expect((await frame())?.queue.failed).toBe(0);
  },
};

/** Waits until the page reports failed requests, and until their jobs have been retried. */
const killRng: KnownCommand = {
  async effect(frame) {
    await until('the page reports failed requests', async () =>
      (await frame())?.problems.some(({ part }) => part === 'rng'),
    );
    const { failed } = await until('no job waits for a retry', async () => {
      const queue = (await frame())?.queue;
      return queue?.delayed === 0 && queue;
    });
    expect(failed).toBe(0);
  },
};

/** Checks that a counter that miners update about once a second does not move with every reading. */
const classicCounter: KnownCommand = {
  check(output) {
    const counts = [...output.matchAll(/"hashes":"(\d+)"/g)].map(([, digits]) => Number(digits));
    expect(counts).toHaveLength(12);
    const differences = counts.slice(1).map((count, n) => count - (counts[n] ?? NaN));
    expect(differences).toContain(0);
    expect(Math.max(...differences)).toBeGreaterThan(2);
  },
};

const RESULTS = "| grep -E '^(Requests|Time) per.*mean.$'";
const POST = '-p package.json -T application/octet-stream';

const EXACT: Record<string, KnownCommand> = {
  'npm start': started,
  'docker compose up': started,
  'docker compose up -d': SILENT,
  'npm run ps': {
    check: (output) => expect(output).toMatch(/^miner-1 +\d+ +up \d+ (s|min)$/m),
  },
  'docker compose ps': { check: (output) => expect(output).toMatch(/^\S+-miner-1 .* Up /m) },
  'npm run logs -- --tail 10 --follow miner': followed,
  'docker compose logs --tail 10 --follow miner': followed,
  'top -b -n1 -o %MEM | head -n 15': top,
  'vmstat 1 3': vmstat,
  'httping -c 5 http://localhost:8001': httping(400, 900),
  'httping -c 5 http://localhost:8002': httping(0, 100),
  'curl -s -o /dev/null -D - http://localhost:8001/32': {
    check(output) {
      expectBetween(numberIn(output, /^Server-Timing: queue;dur=([\d.]+)/im), 400, 1000);
      expectBetween(numberIn(output, /service;dur=([\d.]+)/i), 95, 150);
    },
  },
  'time head -c 100000000 /dev/urandom | wc -c': {
    check(output) {
      expect(output).toMatch(/^100000000$/m);
      expect(numberIn(output, /^real\s+0m([\d.]+)s$/m)).toBeLessThan(10);
    },
  },
  'cat /proc/sys/kernel/random/entropy_avail': {
    check: (output) => expect(output.trim()).toMatch(/^[1-9]\d*$/),
  },
  [`ab -q -n 20 -c 1 http://localhost:8001/32 ${RESULTS}`]: ab(10, 100),
  [`ab -q -n 20 -c 10 http://localhost:8001/32 ${RESULTS}`]: ab(10, 1000),
  [`ab -q -n 20 -c 1 ${POST} http://localhost:8002/ ${RESULTS}`]: ab(10, 100),
  [`ab -q -n 100 -c 10 ${POST} http://localhost:8002/ ${RESULTS}`]: ab(100, 100),
  'for i in $(seq 12); do curl -s http://localhost:8000/json; echo; sleep 1; done': classicCounter,
  'MINER_LOCK_MS=5000 npm start -- --reset --scale miner=2': { ...started, effect: twoMinersWork },
  'MINER_LOCK_MS=5000 docker compose up -d --scale miner=2': { effect: twoMinersWork },
  [`kill -9 $(npm run -s ps | awk '$1 == "miner-2" { print $2 }')`]: killMiner,
  'docker kill $(docker compose ps -q miner | head -n 1)': killMiner,
  'docker compose start miner': SILENT,
  [`kill -9 $(npm run -s ps | awk '$1 == "rng-1" { print $2 }')`]: killRng,
  'docker compose kill rng && sleep 1 && docker compose start rng': killRng,
  'docker compose down --volumes': SILENT,
};

/** Returns what is known about a command. @throws {Error} if nothing is: tests cannot follow the text */
export function knownCommand(command: string): KnownCommand {
  const [, replicas] = /^npm run scale ([\w= ]+)$/.exec(command) ?? [];
  if (replicas !== undefined) return scaled(replicas);
  if (/^docker compose scale [\w= ]+$/.test(command)) return SILENT;
  const known = EXACT[command];
  if (known === undefined) throw new Error(`known-commands.ts does not know: ${command}`);
  return known;
}
