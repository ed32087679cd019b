import { at, type Scenario } from './scenario.ts';

export const overload: Scenario = {
  title: 'Arrivals above capacity',
  text: 'Ten miners at one rng complete ten jobs per second. Now twelve arrive per second, whether anyone is free or not. Nothing else changes.',
  question: 'How many jobs wait after ten minutes?',
  unit: 'jobs',
  scale: { miner: 10 },
  settings: { PRODUCER_RATE: 12 },
  speed: 100,
  observe: at(600, ({ queue }) => queue.waiting),
  explanation:
    'Two jobs more arrive than leave, every second, so the queue grows by 120 a minute and never settles. A queue absorbs bursts; it does not add capacity.',
};
