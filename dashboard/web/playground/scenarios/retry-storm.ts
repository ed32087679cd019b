import { between, type Scenario } from './scenario.ts';

const RNGS = Array.from({ length: 10 }, (_, index) => `rng-${index + 1}`);

/** All rngs are down from 20 to 23 s. */
const outage = {
  question: 'rng is back at 23 s. How many hashes are done in the two seconds after that?',
  unit: 'hashes',
  scale: { miner: 100, rng: 10 },
  events: RNGS.map((name) => [20_000, { kind: 'kill', name, forMs: 3000 }]),
  speed: 1,
  observe: between(23, 25, ({ loops }) => loops),
} satisfies Partial<Scenario>;

export const retryStorm: Scenario = {
  ...outage,
  title: 'A retry storm',
  text: 'A hundred miners and ten rngs do 100 hashes per second. After 20 seconds, all rngs are down for three seconds, and every job fails at the same time. Each job is retried after 0.5, 1, 2, and 4 seconds, without jitter.',
  withoutJitter: true,
  explanation:
    'Jobs that failed together are retried together. When rng is back, nearly all of them are still waiting for the same moment, and rng is idle until then.',
};

export const retryJitter: Scenario = {
  ...outage,
  title: 'The same storm with jitter',
  text: 'A hundred miners and ten rngs do 100 hashes per second. After 20 seconds, all rngs are down for three seconds, and every job fails at the same time. Half of the delay before each retry is random.',
  explanation:
    'Some retries are always due, so rng is busy from the moment it is back. Without jitter, it is only 106.',
};
