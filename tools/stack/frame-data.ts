/**
 * Points, miners, reports and frames for tests of the dashboard, with defaults for the values that a test does not name.
 * @module
 */
import { STAGES } from '@dockercoins/common/contract';
import type { MinerReport, UpstreamFigures } from '@dockercoins/common/reports';
import type {
  CpuView,
  Frame,
  MinerView,
  Point,
  Settings,
  StageView,
} from '../../dashboard/frame/frame.ts';
import { findBottleneck } from '../../dashboard/frame/bottleneck.ts';
import { limitOf, utilizationOf } from '../../dashboard/frame/stages.ts';

/** The settings of the usual experiment, with these changes. */
export const testSettings = (changes: Partial<Settings> = {}): Settings => ({
  miner: [{ delayMs: 100, slots: 1 }],
  rng: [{ delayMs: 100, slots: 1 }],
  hasher: [{ delayMs: 100, slots: 0 }],
  ...changes,
});

/** Returns the point of second `at`: 3 hashes/s by one miner with one rng and one hasher. */
export function testPoint(at: number, values: Partial<Point> = {}): Point {
  return {
    at,
    speed: 3,
    loops: 0,
    hashes: null,
    miners: 1,
    rng: 1,
    hasher: 1,
    rngMs: 100,
    hasherMs: 100,
    settings: testSettings(),
    troubled: false,
    ...values,
  };
}

export function testMiner(values: Partial<MinerView> = {}): MinerView {
  return {
    id: 'id-1',
    name: 'miner-1',
    ageMs: 0,
    loops: 0,
    errors: 0,
    coins: 0,
    speed: 1,
    active: 1,
    atRng: 0,
    atHasher: 0,
    concurrency: 1,
    resting: false,
    cpu: 0.02,
    silentMs: 0,
    lost: false,
    ...values,
  };
}

/** Returns the report of a miner that has done nothing yet. */
export function testReport(id: string, values: Partial<MinerReport> = {}): MinerReport {
  const stages = STAGES.map((stage) => [stage, { sum: 0, spread: {} }]);
  return {
    id,
    name: id,
    uptimeMs: 1000,
    concurrency: 1,
    workMs: 100,
    lockMs: 30_000,
    flushMs: 1000,
    cpu: 0,
    loops: 0,
    errors: 0,
    coins: 0,
    active: 0,
    stages: Object.fromEntries(stages) as MinerReport['stages'],
    upstreams: { rng: testFigures(), hasher: testFigures() },
    ...values,
  };
}

/** Returns different times for all stages, `ms` to `ms + 5`. */
export const testTimes = (ms: number) => ({
  queueWait: ms,
  work: ms + 1,
  rngWait: ms + 2,
  rngService: ms + 3,
  hasherWait: ms + 4,
  hasherService: ms + 5,
});

export function testFigures(values: Partial<UpstreamFigures> = {}): UpstreamFigures {
  return {
    replicas: [],
    avoided: [],
    pending: 0,
    failed: 0,
    reason: null,
    untimed: 0,
    ...values,
  };
}

/**
 * Returns a frame of the usual experiment: each loop works, calls rng and hasher, 100 ms each. rng has one slot per replica.
 */
export function testFrame(
  { miners = 1, rngs = 1, at = 1000 }: { miners?: number; rngs?: number; at?: number } = {},
  values: Partial<Frame> = {},
): Frame {
  const speed = Math.min(miners / 0.3, rngs * 10);
  const loopMs = speed === 0 ? 300 : (miners * 1000) / speed;
  const rngWait = Math.max(0, loopMs - 300);
  const atRng = (speed * (rngWait + 100)) / 1000;
  const stage = (
    name: StageView['name'],
    replicas: number,
    slots: number,
    waitMs: number,
    serviceMs: number,
  ): StageView => ({
    name,
    replicas,
    slots,
    throughput: speed,
    waitMs,
    serviceMs,
    totalMs: waitMs + serviceMs,
    inFlight: (speed * (waitMs + serviceMs)) / 1000,
    utilization: utilizationOf({ throughput: speed, serviceMs, slots }),
    limit: limitOf({ serviceMs, slots }),
  });
  const upstream = (name: string, count: number, slots: number, pending: number) => ({
    replicas: Array.from({ length: count }, (_, n) => ({ name: `${name}-${n + 1}`, slots })),
    avoided: [],
    pending: Math.round(pending),
    failures: null,
    reports: true,
  });
  const time = (mean: number) => ({ mean, p95: mean * 1.03 });
  const fleet = Array.from({ length: miners }, (_, n) =>
    testMiner({
      id: `miner-${n + 1}-0`,
      name: `miner-${n + 1}`,
      ageMs: 60_000,
      loops: 200,
      speed: speed / miners,
      atRng: n < Math.round(atRng) ? 1 : 0,
    }),
  );
  const stages = [
    stage('miner', miners, miners, rngWait, 300),
    stage('rng', rngs, rngs, rngWait, 100),
    stage('hasher', 1, 0, 0, 100),
  ];
  const cpu: CpuView = {
    cores: 2,
    machine: 0.12,
    services: [
      { name: 'producer', total: 0.01, busiest: 0.01 },
      { name: 'miner', total: 0.02 * miners, busiest: 0.02 },
      { name: 'rng', total: 0.01 * rngs, busiest: 0.01 },
      { name: 'hasher', total: 0.01, busiest: 0.01 },
      { name: 'redis', total: 0.02, busiest: 0.02 },
      { name: 'dashboard', total: 0.01, busiest: 0.01 },
    ],
  };
  return {
    ...testPoint(at, { speed, loops: at * 3, hashes: at * 3, miners, rng: rngs }),
    rngMs: rngWait + 100,
    source: 'queue',
    coins: 12,
    newestCoins: [],
    queue: {
      names: ['loops'],
      waiting: 100,
      active: miners,
      delayed: 0,
      failed: 0,
      completed: 1000,
      paused: false,
      pausedNames: [],
      concurrency: null,
      rate: null,
      limitedMs: 0,
      nextAgeMs: null,
      added: speed,
      growth: 0,
    },
    producer: { leader: 'producer-1', target: 100, fixedRate: false, dropped: 0 },
    failures: [],
    abandoned: [],
    fleet,
    upstreams: {
      rng: upstream('rng', rngs, 1, atRng),
      hasher: upstream('hasher', 1, 0, speed / 10),
    },
    stages: miners === 0 ? [] : stages,
    bottleneck: findBottleneck(stages, cpu, speed, true),
    times:
      miners === 0
        ? null
        : {
            queueWait: time(100_000 / speed),
            work: time(100),
            rngWait: time(rngWait),
            rngService: time(100),
            hasherWait: time(1),
            hasherService: time(100),
          },
    redis: { used: 2 * 1024 ** 2, max: 384 * 1024 ** 2, refusal: null, cli: 'redis-cli' },
    cpu,
    problems: [],
    showsProblems: true,
    retryFailed: '`npm run retry-failed`',
    startedWith: 'npm',
    variations: [],
    notes: [],
    writable: false,
    ...values,
  };
}
