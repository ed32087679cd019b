/**
 * What docs/kubernetes.md says about the two autoscalers.
 * @module
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { JOB_NAME } from '@dockercoins/common/contract';
import { readEnv } from '@dockercoins/common/service/env';
import { configSchema } from '../../local/config.ts';
import { startTestQueue } from '../support/queue.ts';
import { scaledObjectsIn } from './autoscalers.ts';
import { KUSTOMIZATIONS, readObjects } from './objects.ts';

const manual = readFileSync('docs/kubernetes.md', 'utf8');

/** Delays of a loop, in seconds. */
const AT_RNG = 0.1;
const ELSEWHERE = 0.2;

/** Hashes per second of the pipeline, if nothing but miners and rngs limits it. */
const speedOf = (miners: number, rngs: number) =>
  Math.min(miners / (AT_RNG + ELSEWHERE), rngs / AT_RNG);

/** Mean number of requests at rng: miners that are not elsewhere. */
const requestsAtRng = (miners: number, rngs: number) => miners - speedOf(miners, rngs) * ELSEWHERE;

/** Mean wait at rng, in seconds. */
const waitAtRng = (miners: number, rngs: number) =>
  miners / speedOf(miners, rngs) - AT_RNG - ELSEWHERE;

/** Kubernetes changes nothing if the metric is within 10% of its target. */
const TOLERANCE = 0.1;

interface Autoscaler {
  max: number;
  target: number;
  /** Replicas it may add at once. */
  step: number;
}

/** Replicas that Kubernetes' horizontal autoscaler chooses next. `metric` is per replica. */
function next(replicas: number, metric: number, { max, target, step }: Autoscaler): number {
  const ratio = metric / target;
  if (Math.abs(ratio - 1) <= TOLERANCE) return replicas;
  // Rounded first, because 0.1 + 0.2 is more than 0.3.
  const wanted = Math.ceil(Number((replicas * ratio).toFixed(9)));
  return Math.max(1, Math.min(wanted, replicas + step, max));
}

function readAutoscaler(overlay: string) {
  const [scaler] = scaledObjectsIn(readObjects(`${KUSTOMIZATIONS}/overlays/${overlay}`));
  const { metadata = {} } = scaler?.spec.triggers[0] ?? {};
  const { advanced, maxReplicaCount: max = NaN } = scaler?.spec ?? {};
  const [policy] = advanced?.horizontalPodAutoscalerConfig?.behavior?.scaleUp?.policies ?? [];
  const target = Number(metadata['threshold'] ?? metadata['listLength']);
  return { metadata, scaler: { max, target, step: policy?.value ?? Infinity } };
}

/** Returns the replicas after many rounds, starting with one, and all that came up in the last ten. */
function run(scaler: Autoscaler, metricOf: (replicas: number) => number) {
  const history = [1];
  for (let round = 0; round < 100; round++) {
    const replicas = history.at(-1) ?? NaN;
    history.push(next(replicas, metricOf(replicas), scaler));
  }
  return { history, last: new Set(history.slice(-10)) };
}

describe('by the length of the queue', async () => {
  const { redis, queue } = await startTestQueue();
  const { metadata, scaler } = readAutoscaler('autoscale-queue');

  test('the list is that of waiting jobs', async () => {
    await queue.add(JOB_NAME, {});
    expect(await redis.llen(metadata['listName'] ?? '')).toBe(1);
  });

  test('wants as many miners as allowed, because the producer keeps the queue full', () => {
    const { PRODUCER_BACKLOG } = readEnv(configSchema, {});
    const { last } = run(scaler, (miners) => PRODUCER_BACKLOG / miners);
    expect(last).toEqual(new Set([scaler.max]));
    expect(speedOf(scaler.max, 1)).toBeCloseTo(speedOf(3, 1));
  });
});

describe('by the requests at rng', () => {
  const { scaler } = readAutoscaler('autoscale-latency');

  test('adds one rng at a time and stops at four for ten miners', () => {
    const { history, last } = run(scaler, (rngs) => requestsAtRng(10, rngs) / rngs);
    expect(history.slice(0, 5)).toEqual([1, 2, 3, 4, 4]);
    expect(last).toEqual(new Set([4]));
  });

  test('settles at nine tenths or more of what any number of miners can do', () => {
    for (let miners = 1; miners <= 3 * scaler.max; miners++) {
      const { last } = run(scaler, (rngs) => requestsAtRng(miners, rngs) / rngs);
      expect(last.size, `${miners} miners`).toBe(1);
      const [rngs = NaN] = last;
      expect(speedOf(miners, rngs)).toBeGreaterThan(0.9 * speedOf(miners, Infinity));
    }
  });

  test('removes rngs that fewer miners no longer need', () => {
    expect(next(4, requestsAtRng(1, 4) / 4, scaler)).toBe(1);
  });

  test('never settles if the metric is the mean wait', () => {
    const { last } = run({ ...scaler, target: 0.1 }, (rngs) => waitAtRng(10, rngs));
    expect(last.size).toBeGreaterThan(1);
  });

  test('the table in docs/kubernetes.md agrees with the model', () => {
    const rows = [...manual.matchAll(/^\| (\d+(?: \| [\d.]+){5}) \|$/gm)].map(([, row = '']) =>
      row.split(' | ').map(Number),
    );
    expect(rows.length).toBe(5);
    for (const [rngs = NaN, speed = NaN, requests = NaN, waiting, wait = NaN, wanted] of rows) {
      expect(speed / speedOf(10, rngs)).toBeCloseTo(1, 1);
      expect(Math.abs(requests - requestsAtRng(10, rngs))).toBeLessThan(0.15);
      expect(requests - Number(waiting)).toBeCloseTo(speed * AT_RNG, 1);
      expect(wait / 1000).toBeCloseTo(waitAtRng(10, rngs), 1);
      expect(Math.ceil(requests / scaler.target)).toBe(wanted);
    }
  });
});

test('docs/kubernetes.md quotes the manifests', () => {
  const overlays = ['autoscale-queue', 'autoscale-latency'];
  const manifests = overlays
    .map((name) => readFileSync(`${KUSTOMIZATIONS}/overlays/${name}/scaled-object.yaml`, 'utf8'))
    .join('');
  const quotes = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, quote = '']) => quote);
  expect(quotes.length).toBe(2);
  for (const line of quotes.join('').trim().split('\n')) expect(manifests).toContain(line.trim());
});
