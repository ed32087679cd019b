import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { sum } from '@dockercoins/common/statistics';
import '../test/support/properties.ts';
import { stories } from '../test/support/simulation-plans.ts';
import { Meter } from './figures.ts';
import { Pipeline, type Happening } from './pipeline.ts';
import { KEPT } from './queue.ts';
import type { Replica } from './replica.ts';

const MINUTE = 60_000;

const DAY = 24 * 60 * MINUTE;

interface Story {
  plan: ConstructorParameters<typeof Pipeline>[0];
  happenings: [number, Happening][];
}

/** Returns a pipeline to which these things will happen, if the replica that they are about exists. */
function tell({ plan, happenings }: Story): Pipeline {
  const pipeline = new Pipeline(plan, { keepsJournal: true });
  for (const [ms, happening] of happenings) pipeline.at(ms, happening);
  return pipeline;
}

/**
 * Ends all limits and the arrival of jobs, and waits until the queues are empty; a day at most. One miner is left: if many wait
 * for longer than their timeout, a replica is busy with requests that nobody waits for, and no loop ever succeeds.
 */
function drain(pipeline: Pipeline): void {
  pipeline.happen({ kind: 'resume' });
  pipeline.happen({ kind: 'concurrency', jobs: 0 });
  pipeline.happen({ kind: 'rate', jobsPerSecond: 0 });
  pipeline.happen({ kind: 'scale', service: 'producer', replicas: 0 });
  pipeline.happen({ kind: 'scale', service: 'miner', replicas: 1 });
  const { engine, redis } = pipeline;
  const isEmpty = () =>
    redis.queues.every(({ counts }) => counts.waiting + counts.active + counts.delayed === 0);
  while (!isEmpty() && engine.now < DAY) pipeline.runUntil(engine.now + MINUTE);
}

describe('whatever happens,', () => {
  test.prop([stories])('every job is in one state, and the operational laws hold', (story) => {
    const pipeline = tell(story);
    for (let second = 3; second <= 75; second += 3) {
      pipeline.runUntil(second * 1000);
      expectConserved(pipeline);
    }
    for (const replica of pipeline.allReplicas('rng')) expectLaws(replica, pipeline.engine.now);
    for (const replica of pipeline.allReplicas('hasher')) expectLaws(replica, pipeline.engine.now);
  });

  test.prop([stories])('every job is done in the end, with one coin if it found any', (story) => {
    const pipeline = tell(story);
    pipeline.runUntil(MINUTE);
    drain(pipeline);
    for (const { counts } of pipeline.redis.queues) {
      expect(counts).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
    }
    const { redis } = pipeline;
    expect(redis.coins).toBe(sum(redis.queues.map(({ counts }) => counts.completedCoins)));
  });

  test.prop([stories])('the same seed gives the same figures', (story) => {
    const run = () => {
      const pipeline = tell(story);
      const meter = new Meter(pipeline);
      pipeline.runUntil(MINUTE / 2);
      return JSON.stringify(meter.figures());
    };
    expect(run()).toBe(run());
  });
});

/** Nothing is lost, counted twice, or negative. */
function expectConserved(pipeline: Pipeline): void {
  const { redis, miners } = pipeline;
  for (const { counts, journal } of redis.queues) {
    const { added, waiting, active, delayed, completed, failed } = counts;
    const remembered = { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0, forgotten: 0 };
    for (let id = 1; id <= added; id++) remembered[journal?.get(id)?.state ?? 'forgotten']++;
    const [ofCompleted, ofFailed] = [Math.min(completed, KEPT), Math.min(failed, KEPT)];
    expect(remembered).toEqual({
      ...{ waiting, active, delayed, completed: ofCompleted, failed: ofFailed },
      forgotten: completed + failed - ofCompleted - ofFailed,
    });
    expect(waiting + active + delayed + completed + failed).toBe(added);
    expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(0);
  }
  const completed = sum(redis.queues.map(({ counts }) => counts.completed));
  expect(sum(pipeline.allMiners().map(({ stats }) => stats.loops))).toBe(completed);
  expect(redis.hashes).toBeLessThanOrEqual(completed);
  for (const { stats, runs } of miners.values()) {
    expect(stats.active).toBe(runs.filter(({ job }) => job !== undefined).length);
  }
}

/** Mean number times time = sum of the times of all requests, those that are not over included (Little; utilization). */
function expectLaws(replica: Replica, now: number): void {
  const { waitMs, serviceMs, waitingArea, busyArea } = replica.totals();
  const present = [...replica.visits];
  const waiting = present.filter(({ giveUp }) => giveUp !== undefined);
  const served = present.filter(({ leave }) => leave !== undefined);
  const waited = waitMs + sum(waiting.map(({ arrivedAt }) => now - arrivedAt));
  const busy = serviceMs + sum(served.map(({ admittedAt }) => now - admittedAt));
  expect(waitingArea).toBeCloseTo(waited, 3);
  expect(busyArea).toBeCloseTo(busy, 3);
}
