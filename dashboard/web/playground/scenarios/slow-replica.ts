import { at, speedOf, type Scenario } from './scenario.ts';

export const slowReplica: Scenario = {
  title: 'One slow replica of four',
  text: 'Ten miners and four rngs do 32 hashes per second. Now one of the four takes 500 ms instead of 100. Each miner sends its requests to the four in turn, and for a while avoids one at which it waits too long.',
  question: 'How many hashes per second are left?',
  unit: 'hashes/s',
  scale: { miner: 10, rng: 4 },
  events: [[0, { kind: 'slow', name: 'rng-4', factor: 5 }]],
  speed: 10,
  observe: at(60, speedOf),
  explanation:
    'Miners avoid rng-4 most of the time, so it gets less than a tenth of the requests. Even so, almost three of the ten loops are there at any time. That costs 30% of the speed, while the other three rngs are a third idle.',
};
