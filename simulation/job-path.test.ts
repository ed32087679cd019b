import { describe, expect, test } from 'vitest';
import { sum } from '@dockercoins/common/statistics';
import type { JobPath, JobQuery } from '../dashboard/frame/job-path.ts';
import { jobPath } from './job-path.ts';
import { Pipeline, type Happening } from './pipeline.ts';
import { MEASURED, planOf, type Scale, type Settings } from './settings.ts';

/** Returns a pipeline to which these things will happen. */
function pipelineOf(
  scale: Partial<Scale>,
  settings: Partial<Settings> = {},
  happenings: [seconds: number, happening: Happening][] = [],
): Pipeline {
  const pipeline = new Pipeline(planOf({ scale, settings, costs: MEASURED }), {
    keepsJournal: true,
  });
  for (const [at, happening] of happenings) pipeline.at(at * 1000, happening);
  return pipeline;
}

function pathOf(pipeline: Pipeline, query: JobQuery): JobPath {
  const path = jobPath(pipeline, query);
  if (typeof path === 'string') throw new Error(path);
  return path;
}

const loop = (id: number): JobQuery => ({ by: 'id', queue: 'loops', id: String(id) });

/** Every known time of a path, in the order in which the things happened. */
const timesOf = ({ addedAt, runs, finishedAt }: JobPath) =>
  [addedAt, ...runs.flatMap(({ takenAt, endedAt }) => [takenAt, endedAt]), finishedAt].filter(
    (at) => at !== null,
  );

test('the stages of a loop add up to the time from its start to its completion', () => {
  const pipeline = pipelineOf({ miner: 10, rng: 2 });
  pipeline.runUntil(30_000);
  for (let id = 1; id <= 300; id++) {
    const { state, addedAt, finishedAt, runs, hash, coin } = pathOf(pipeline, loop(id));
    const [run] = runs;
    expect([state, runs.length, run?.end]).toEqual(['completed', 1, 'completed']);
    const { takenAt, endedAt } = run as { takenAt: number; endedAt: number };
    expect(endedAt).toBe(finishedAt);
    expect(takenAt).toBeGreaterThanOrEqual(addedAt);
    // All but completing the job, and storing its coin.
    const stages = sum(Object.values(run?.stages ?? {}));
    expect(endedAt - takenAt - stages).toBeCloseTo(MEASURED.jobMs, 2);
    expect(run?.rng).toMatch(/^rng-[12]$/);
    expect(run?.hasher).toBe('hasher-1');
    expect(hash).toMatch(coin ? /^0[0-9a-f]{63}$/ : /^[1-9a-f][0-9a-f]{63}$/);
  }
});

test('each coin names its job', () => {
  const pipeline = pipelineOf({ miner: 10 });
  pipeline.runUntil(60_000);
  expect(pipeline.redis.newestCoins.length).toBeGreaterThan(10);
  for (const { hash, miner, at, job } of pipeline.redis.newestCoins) {
    const path = pathOf(pipeline, loop(Number(job?.id)));
    expect(path).toMatchObject({ queue: job?.queue, hash, coin: true, finishedAt: at });
    expect(path.runs.at(-1)?.miner).toBe(miner);
  }
});

test('every job is in one state, and its times are in order', () => {
  const settings = { RNG_ERROR_RATE: 0.3, MINER_LOCK_MS: 5000, PRODUCER_POISON_EVERY: 20 };
  const pipeline = pipelineOf({ miner: 10 }, settings, [
    [20, { kind: 'kill', name: 'miner-2', forMs: 800 }],
    [30, { kind: 'freeze', name: 'miner-3', forMs: 20_000 }],
    [40, { kind: 'scale', service: 'miner', replicas: 4 }],
  ]);
  pipeline.runUntil(100_000);
  const { counts } = pipeline.redis.queues[0] ?? {};
  const states = { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0 };
  for (let id = 1; id <= (counts?.added ?? 0); id++) {
    const path = pathOf(pipeline, loop(id));
    states[path.state]++;
    const times = timesOf(path);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(path.runs.filter(({ end }) => end === 'running')).toHaveLength(
      path.state === 'active' ? 1 : 0,
    );
  }
  expect(counts).toMatchObject(states);
  expect(Math.min(...Object.values(states))).toBeGreaterThan(0);
});

test('a failed attempt is followed by its backoff, then by another one', () => {
  const pipeline = pipelineOf({ miner: 2 }, { RNG_ERROR_RATE: 0.2 });
  pipeline.runUntil(120_000);
  const { runs } = pathOf(pipeline, { by: 'retried' });
  expect(runs[0]).toMatchObject({ end: 'failed', stages: null, rng: null });
  expect(runs[0]?.reason).toContain('got 500');
  expect((runs[1]?.takenAt ?? 0) - (runs[0]?.endedAt ?? 0)).toBeGreaterThanOrEqual(250);
  expect(runs.at(-1)?.end).toBe('completed');
});

test('a job whose attempts all failed says why', () => {
  const pipeline = pipelineOf({ miner: 3 }, { PRODUCER_POISON_EVERY: 10 });
  pipeline.runUntil(400_000);
  const { failures } = pipeline.redis.queues[0] ?? { failures: [] };
  const path = pathOf(pipeline, loop(failures[0]?.id ?? 0));
  expect(path).toMatchObject({ state: 'failed', hash: null, coin: false });
  expect(path.runs.map(({ end, reason }) => [end, reason?.split(':')[0]])).toEqual(
    Array.from({ length: 5 }, () => ['failed', 'poison']),
  );
});

test('the job of a killed miner stalls, then another miner runs it', () => {
  const pipeline = pipelineOf({ miner: 3 }, { MINER_LOCK_MS: 5000 }, [
    [20, { kind: 'kill', name: 'miner-2', forMs: 60_000 }],
  ]);
  pipeline.runUntil(20_000);
  const [held] = [...(pipeline.redis.queues[0]?.active ?? [])].filter(
    ({ miner }) => miner === 'miner-2',
  );
  const query = loop(held?.id ?? 0);
  expect(pathOf(pipeline, query)).toMatchObject({ state: 'active', finishedAt: null });
  pipeline.runUntil(40_000);
  const { state, runs } = pathOf(pipeline, query);
  expect(state).toBe('completed');
  expect(runs.map(({ miner, end }) => [miner === 'miner-2', end])).toEqual([
    [true, 'stalled'],
    [false, 'completed'],
  ]);
  expect(runs[0]?.endedAt).toBeGreaterThan(24_000);
  expect(pathOf(pipeline, { by: 'retried' })).toEqual(pathOf(pipeline, query));
});

test('a run that was handed back says why, and only the latest runs are remembered', () => {
  const pipeline = pipelineOf({ miner: 10 }, { RNG_WAITING: 0 });
  pipeline.runUntil(60_000);
  const { runs } = pathOf(pipeline, { by: 'retried' });
  expect(runs[0]).toMatchObject({ end: 'handed back' });
  expect(runs[0]?.reason).toContain('got 503');
  expect(runs.length).toBeLessThanOrEqual(20);
});

describe('among the completed jobs that the queue keeps,', () => {
  const pipeline = pipelineOf({ miner: 10, rng: 4 }, { QUEUES: 2 });
  pipeline.runUntil(120_000);
  const completed = pipeline.redis.queues.flatMap(({ journal }) => journal?.completed ?? []);

  test('there are a thousand of each queue', () => {
    expect(completed).toHaveLength(2000);
  });

  test('the slowest took longest from being added to being completed', () => {
    const { addedAt, finishedAt } = pathOf(pipeline, { by: 'slowest' });
    const took = completed.map(({ job, finishedAt: at }) => (at ?? 0) - job.addedAt);
    expect((finishedAt ?? 0) - addedAt).toBeCloseTo(Math.max(...took), 2);
  });

  test('the latest of a miner is its last one', () => {
    const { finishedAt } = pathOf(pipeline, { by: 'miner', miner: 'miner-3' });
    const ofMiner = completed.filter(({ runs }) => runs.at(-1)?.miner === 'miner-3');
    expect(finishedAt).toBe(Math.max(...ofMiner.map(({ finishedAt: at }) => at ?? 0)));
  });

  test.each<[JobQuery, RegExp]>([
    [
      { by: 'id', queue: 'loops-1', id: '1' },
      /^loops-1 1 is not in the queue: it keeps the latest 1,000/,
    ],
    [{ by: 'id', queue: 'loops', id: '1' }, /^There is no queue loops, only loops-1, loops-2\.$/],
    [{ by: 'miner', miner: 'miner-99' }, /by miner-99\.$/],
    [{ by: 'retried' }, /needed a second run/],
  ])('%j is answered by a sentence', (query, text) => {
    expect(jobPath(pipeline, query)).toMatch(text);
  });
});

test('the journal changes nothing that happens', () => {
  const plan = planOf({ scale: { miner: 5 }, settings: { RNG_ERROR_RATE: 0.1 }, costs: MEASURED });
  const [without, kept] = [new Pipeline(plan), new Pipeline(plan, { keepsJournal: true })];
  for (const pipeline of [without, kept]) pipeline.runUntil(60_000);
  expect(kept.engine.events).toBe(without.engine.events);
  expect(kept.redis.queues[0]?.counts).toEqual(without.redis.queues[0]?.counts);
  expect(jobPath(without, { by: 'slowest' })).toBe('No job has been completed yet.');
});
