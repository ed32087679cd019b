import { Autoscaler } from '../../../../simulation/autoscaler.ts';
import { metricsOf } from '../../../../simulation/autoscaler-metrics.ts';
import { at, type Scenario } from './scenario.ts';

const overloaded = {
  question: 'How many jobs wait after 15 minutes?',
  unit: 'jobs',
  settings: { PRODUCER_RATE: 20 },
  speed: 100,
  observe: at(900, ({ queue }) => queue.waiting),
} satisfies Partial<Scenario>;

/** As in `deploy/kubernetes/overlays/`: a new replica works after 30 s. */
const limits = { min: 1, max: 10, startUpMs: 30_000 };

export const autoscaleQueue: Scenario = {
  ...overloaded,
  title: 'An autoscaler on queue depth',
  text: 'Twenty jobs arrive per second, and one rng allows ten. Every 15 seconds, an autoscaler adds up to four miners if more than ten jobs wait for each. There may be ten miners, and a new one works after 30 seconds.',
  autoscale(pipeline) {
    const { waitingJobs } = metricsOf(pipeline);
    new Autoscaler({
      ...limits,
      pipeline,
      service: 'miner',
      metric: (miners) => waitingJobs() / miners,
      target: 10,
      scaleUp: { replicas: 4, periodMs: 15_000 },
    });
  },
  explanation:
    'The depth of the queue says that there is too much to do, not where. There are soon ten miners, which stand in line at the one rng, and half of the jobs stay undone.',
};

export const autoscaleWait: Scenario = {
  ...overloaded,
  title: 'An autoscaler on the wait at rng',
  text: 'Twenty jobs arrive per second at ten miners, and one rng allows ten. Every 15 seconds, an autoscaler looks at the mean wait at rng, and adds at most one rng a minute if that is more than 50 ms. There may be ten rngs, and a new one works after 30 seconds.',
  scale: { miner: 10 },
  autoscale(pipeline) {
    new Autoscaler({
      ...limits,
      pipeline,
      service: 'rng',
      metric: metricsOf(pipeline).meanWaitMs,
      target: 50,
      scaleUp: { replicas: 1, periodMs: 60_000 },
    });
  },
  explanation:
    'It adds what is scarce: after four minutes there are four rngs, and no job waits. But then the wait is short, so it removes rngs until a line forms again: it never settles. Requests at rng would be a better metric.',
};
