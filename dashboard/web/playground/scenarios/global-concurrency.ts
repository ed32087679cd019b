import { at, speedOf, type Scenario } from './scenario.ts';

export const globalConcurrency: Scenario = {
  title: 'Global concurrency left behind',
  text: 'Five miners and four rngs do 16 hashes per second, and someone has set the global concurrency of the queue to five. After 20 seconds, there are ten miners. rng has time for all of them.',
  question: 'How many hashes per second do ten miners do?',
  unit: 'hashes/s',
  scale: { miner: 5, rng: 4 },
  events: [
    [0, { kind: 'concurrency', jobs: 5 }],
    [20_000, { kind: 'scale', service: 'miner', replicas: 10 }],
  ],
  speed: 10,
  observe: at(50, speedOf),
  explanation:
    'The limit is kept in Redis and outlives every process: five jobs at a time, however many miners there are. The page names it as a problem; 0 in “jobs at once, in the queue” removes it.',
};
