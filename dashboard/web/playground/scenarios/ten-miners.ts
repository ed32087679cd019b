import { at, speedOf, type Scenario } from './scenario.ts';

export const tenMiners: Scenario = {
  title: 'Ten miners at one door',
  text: 'One miner does 3.3 loops per second: it works for 100 ms, waits 100 ms for rng and 100 ms for hasher. Now there are ten miners. rng serves one request at a time.',
  question: 'How many hashes per second do ten miners do?',
  unit: 'hashes/s',
  scale: { miner: 10 },
  speed: 10,
  observe: at(30, speedOf),
  explanation:
    'rng takes 100 ms for each request, one at a time, so it allows ten a second. Eight miners stand at its door: one is served, seven wait.',
};
