/**
 * One hour with autoscalers, while jobs arrive twice as fast as one rng allows.
 * @module
 */
import { mean, sum } from '@dockercoins/common/statistics';
import { Autoscaler, type AutoscalerOptions } from '../../../simulation/autoscaler.ts';
import { metricsOf, type Metrics } from '../../../simulation/autoscaler-metrics.ts';
import { Pipeline } from '../../../simulation/pipeline.ts';
import { MEASURED, planOf, type Scale } from '../../../simulation/settings.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** Two rngs would have nothing to spare for them. */
const JOBS_PER_SECOND = 20;

/** A pod is scheduled, its image is there, its program starts and is ready. */
const START_UP_MS = 30_000;

/** As in `deploy/kubernetes/overlays/`; one of them has Kubernetes' default, four in 15 s (or as many as there are). */
const MAX = 10;
const FOUR_AT_ONCE = { replicas: 4, periodMs: 15_000 };
const ONE_A_MINUTE = { replicas: 1, periodMs: 60_000 };

export interface AutoscaledHour {
  name: string;
  /** Share of the jobs that were done. */
  done: number;
  /** Most jobs that were waiting at once in the second half of the hour. */
  lateBacklog: number;
  /** Means over the hour. */
  miners: number;
  rngs: number;
  /** How often the number of replicas changed in the second half of the hour. */
  lateChanges: number;
}

type Tuning = Omit<AutoscalerOptions, 'pipeline' | 'min' | 'max' | 'startUpMs'>;

const byQueue = ({ waitingJobs }: Metrics): Tuning => ({
  ...{ service: 'miner', target: 10, scaleUp: FOUR_AT_ONCE },
  metric: (miners) => waitingJobs() / miners,
});

const byJobs = ({ waitingJobs, activeJobs }: Metrics): Tuning => ({
  ...{ service: 'miner', target: 1, scaleUp: FOUR_AT_ONCE },
  metric: (miners) => (waitingJobs() + activeJobs()) / miners,
});

const byRequests = ({ requestsAtRng }: Metrics): Tuning => ({
  ...{ service: 'rng', target: 1, scaleUp: ONE_A_MINUTE },
  metric: (rngs) => requestsAtRng() / rngs,
});

/** Wants a wait of half a service time. */
const byWait = ({ meanWaitMs }: Metrics): Tuning => ({
  ...{ service: 'rng', target: 50, scaleUp: ONE_A_MINUTE },
  metric: meanWaitMs,
});

const CHOICES: {
  name: string;
  scale: Partial<Scale>;
  tunings: ((metrics: Metrics) => Tuning)[];
}[] = [
  { name: 'miners: waiting jobs ÷ 10', scale: {}, tunings: [byQueue] },
  { name: 'rngs: mean wait ÷ 50 ms; 10 miners', scale: { miner: 10 }, tunings: [byWait] },
  { name: 'rngs: requests there; 10 miners', scale: { miner: 10 }, tunings: [byRequests] },
  { name: 'miners: waiting jobs ÷ 10; rngs: requests', scale: {}, tunings: [byQueue, byRequests] },
  {
    name: 'miners: waiting and active jobs; rngs: requests',
    scale: {},
    tunings: [byJobs, byRequests],
  },
];

export const autoscaledHours = (): AutoscaledHour[] => CHOICES.map(runHour);

function runHour({ name, scale, tunings }: (typeof CHOICES)[number]): AutoscaledHour {
  const settings = { PRODUCER_RATE: JOBS_PER_SECOND };
  const pipeline = new Pipeline(planOf({ settings, scale, costs: MEASURED }));
  const metrics = metricsOf(pipeline);
  const scalers = tunings.map(
    (tuning) =>
      new Autoscaler({ ...tuning(metrics), pipeline, min: 1, max: MAX, startUpMs: START_UP_MS }),
  );
  const changes = () => sum(scalers.map((scaler) => scaler.changes));
  const seen: { miners: number; rngs: number; waiting: number; changes: number }[] = [];
  for (let at = SECOND_MS; at <= HOUR_MS; at += SECOND_MS) {
    pipeline.runUntil(at);
    seen.push({
      miners: pipeline.miners.size,
      rngs: pipeline.replicas.rng.size,
      waiting: metrics.waitingJobs(),
      changes: changes(),
    });
  }
  const late = seen.slice(seen.length / 2);
  const loops = sum(pipeline.redis.queues.map(({ counts }) => counts.completed));
  return {
    name,
    done: loops / ((JOBS_PER_SECOND * HOUR_MS) / SECOND_MS),
    lateBacklog: Math.max(...late.map(({ waiting }) => waiting)),
    miners: mean(seen.map(({ miners }) => miners)),
    rngs: mean(seen.map(({ rngs }) => rngs)),
    lateChanges: changes() - (late[0]?.changes ?? 0),
  };
}
