/**
 * Checks what each scenario of the incidents names as evidence.
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { keys } from '@dockercoins/common/contract';
import { median } from '@dockercoins/common/statistics';
import { Control } from '../../local/commands/client.ts';
import type { Stack } from '../../tools/incidents/scenarios/scenario.ts';
import { httping } from '../../tools/stack/httping.ts';
import { readFrame } from '../../tools/stack/read-frame.ts';
import { untilSpeed } from './until-speed.ts';
import { until } from '../../tools/stack/until.ts';

interface Look extends Stack {
  /** LOCAL_DIR of the stack. */
  dir: string;
}

/** By the name of a scenario. */
export const EVIDENCE: Record<string, (look: Look) => Promise<void>> = {
  async 'slow-replica'(look) {
    await until('the window contains no earlier loops', async () => {
      const { mean = 0, p95 = 0 } = (await frame(look)).times?.rngService ?? {};
      return mean > 220 && mean < 320 && p95 > 370;
    });
    await untilNoProblem(look);
    await until('the page names the busy rng', async () => {
      const { bottleneck } = await frame(look);
      return bottleneck?.unequal?.busy.join() === 'rng-2';
    });
    const servedIn = async (name: string) => {
      const times = (await logOf(look, name)).matchAll(/GET \/32 200, .* served in (\d+) ms/g);
      return median([...times].map(([, ms]) => Number(ms)));
    };
    expect(await servedIn('rng-2')).toBeGreaterThanOrEqual(390);
    expect(await servedIn('rng-1')).toBeLessThan(200);
    await using control = new Control(look.dir);
    const [rng1 = 0, rng2 = 0] = (await control.replicas())
      .filter(({ service }) => service === 'rng')
      .map(({ port = 0 }) => port);
    await until('requests wait at rng-2, not at rng-1', async () => {
      // At the same time, so that whatever slows one of them down does so to both. Nobody waits if the miners are late.
      const [fast = NaN, late = NaN] = await Promise.all(
        [rng1, rng2].map((port) => httping(`http://127.0.0.1:${port}`, 3)),
      );
      return late > 300 && late > 2 * fast;
    });
  },
  async 'frozen-miner'(look) {
    await untilProblem(look, /lost by miner-3|miner-3 has stopped reporting/);
    expect(await stateOf(look, 'miner-3')).toBe('T');
    expect(await complaintsOf(look, 'miner-3')).toEqual([]);
  },
  async 'fewer-miners'(look) {
    await untilNoProblem(look);
    const names = (await look.deployment.replicas()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('miner'))).toEqual(['miner-1']);
    expect(await logOf(look, 'miner-3')).not.toMatch(/killed|exited|restarting/);
  },
  async 'wrong-address'(look) {
    await untilProblem(look, /Some requests to hasher failed .*1 of 3 miners,.*404/);
    const errors = (await frame(look)).fleet.map((miner) => [miner.name, miner.errors > 0]);
    expect(Object.fromEntries(errors)).toEqual({
      'miner-1': false,
      'miner-2': false,
      'miner-3': true,
    });
    const [job] = await look.queue.getFailed(0, 0);
    expect(job?.failedReason).toContain(look.deployment.origins.rng);
    expect(await logOf(look, 'hasher-1')).not.toMatch(/(GET|POST) \S+ 404,/);
  },
  async 'poison-jobs'(look) {
    const { fleet } = await until('the speed is as before, and there is no problem', async () => {
      const latest = await frame(look);
      return latest.problems.length === 0 && (latest.speed ?? 0) > 7 && latest;
    });
    expect(fleet.every(({ errors }) => errors > 0)).toBe(true);
    for (const { data, attemptsMade } of await look.queue.getFailed())
      expect([data, attemptsMade]).toEqual([{ poison: true }, 2]);
  },
  async 'frozen-producer'(look) {
    await untilProblem(look, /no producer holds the lease/);
    expect(await stateOf(look, 'producer-1')).toBe('T');
  },
  async 'ghost-leader'(look) {
    await untilProblem(look, /although producer-9 holds the lease/);
    expect(await logOf(look, 'producer-1')).toContain('standby: another replica refills');
    expect((await look.deployment.replicas()).map(({ name }) => name)).not.toContain('producer-9');
    expect(await look.redis.pttl(keys.lease)).toBeGreaterThan(3_000_000);
  },
  async 'paused-queue'(look) {
    await untilProblem(look, /The queue is paused/);
    const { waiting = 0, paused = 0, active } = await look.queue.getJobCounts();
    expect(waiting + paused).toBeGreaterThan(50);
    expect(active).toBe(0);
    expect(await complaintsOf(look, 'miner-1')).toEqual([]);
  },
  async 'global-concurrency'(look) {
    await untilProblem(look, /only 1 job at a time/);
    expect((await frame(look)).queue.waiting).toBeGreaterThan(50);
    await untilSpeed(look.deployment.origins.dashboard, 2, 3.7, 3);
    expect(await look.redis.hget('bull:loops:meta', 'concurrency')).toBe('1');
  },
  async 'rate-limit'(look) {
    await untilProblem(look, /only 4.0 jobs per second/);
    expect((await frame(look)).queue.waiting).toBeGreaterThan(50);
    await untilSpeed(look.deployment.origins.dashboard, 3.5, 4.5, 3);
    expect(await look.redis.hmget('bull:loops:meta', 'max', 'duration')).toEqual(['4', '1000']);
  },
  async 'full-redis'(look) {
    await untilProblem(look, /Redis refuses writes: it is full/);
    for (const name of ['miner-1', 'producer-1', 'dashboard-1'])
      await until(`${name} logs it`, async () => (await logOf(look, name)).includes('OOM'));
    await until('nothing is mined', async () => (await frame(look)).speed === 0);
    expect(await look.redis.info('memory')).toContain('maxmemory:1048576\r\n');
  },
};

/** A dashboard that Redis has kept waiting has no frame for a second. */
const frame = ({ deployment }: Look) =>
  until('the dashboard has a frame', () => readFrame(deployment.origins.dashboard));

/** The page may need longer than the symptom to be sure. */
const untilProblem = (look: Look, pattern: RegExp) =>
  until(`the page reports ${pattern}`, async () => pattern.test((await problems(look)).join()));

/** On a busy machine, a miner may be silent for long enough that the page briefly reports it. */
const untilNoProblem = (look: Look) =>
  until('there is no problem', async () => (await problems(look)).length === 0);

const problems = async (look: Look) => (await frame(look)).problems.map(({ text }) => text);

/** Resolves to the latest lines of a replica. */
async function logOf({ dir }: Look, name: string): Promise<string> {
  await using control = new Control(dir);
  const lines = await Array.fromAsync(control.logs({ names: [name], tail: 20 }));
  return lines.map(({ text }) => text).join('\n');
}

/** What a miner says if a busy machine holds it, rng or Redis up for a second, also before the scenario acts. */
const BUSY = /no complete response within|Command timed out/;

/** Resolves to the warnings and errors that a replica has logged since the incident began. */
async function complaintsOf(look: Look, name: string): Promise<string[]> {
  const began = new Date(look.saved.at).toTimeString().slice(0, 'hh:mm:ss'.length);
  const lines = (await logOf(look, name)).split('\n');
  return lines.filter((line) => line >= began && /warning|error/.test(line) && !BUSY.test(line));
}

/** Resolves to the state of a process as `ps` shows it: T = stopped. */
async function stateOf({ deployment }: Look, name: string): Promise<string | undefined> {
  const replica = (await deployment.replicas()).find((it) => it.name === name);
  const stat = readFileSync(`/proc/${replica?.id}/stat`, 'utf8');
  return /\) (\w)/.exec(stat)?.[1];
}
