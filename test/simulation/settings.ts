/**
 * The settings with which reality and simulation are compared.
 * @module
 */
import type { Scale, Settings } from '../../simulation/settings.ts';

export interface Compared {
  name: string;
  scale: Partial<Scale>;
  settings?: Partial<Settings>;
}

/** The only one from which costs are taken. Everything else is a prediction. */
export const CALIBRATION: Compared = { name: '1:1', scale: { miner: 1, rng: 1 } };

export const COMPARED: Compared[] = [
  { name: '2:1', scale: { miner: 2 } },
  { name: '7:2', scale: { miner: 7, rng: 2 } },
  { name: '10:1', scale: { miner: 10 } },
  { name: '10:4', scale: { miner: 10, rng: 4 } },
  { name: '30:3', scale: { miner: 30, rng: 3 } },
  {
    name: '10:1, exponential delays',
    scale: { miner: 10 },
    settings: { RNG_DELAY_MS: 40, RNG_DELAY_DISTRIBUTION: 'exponential' },
  },
  {
    name: '6:2, uniform delays',
    scale: { miner: 6, rng: 2 },
    settings: { RNG_DELAY_MS: 60, RNG_DELAY_DISTRIBUTION: 'uniform' },
  },
  { name: '5:1, errors', scale: { miner: 5 }, settings: { RNG_ERROR_RATE: 0.05 } },
  { name: '6:2, errors', scale: { miner: 6, rng: 2 }, settings: { RNG_ERROR_RATE: 0.05 } },
  {
    name: '10:3, a slow replica',
    scale: { miner: 10, rng: 3 },
    settings: { RNG_SLOW_REPLICA: 'rng-2', RNG_SLOW_FACTOR: 5 },
  },
  { name: '10:1, a full waiting room', scale: { miner: 10 }, settings: { RNG_WAITING: 2 } },
  { name: '10:1, rate 6/s', scale: { miner: 10 }, settings: { PRODUCER_RATE: 6 } },
  { name: '4:1, rate 15/s', scale: { miner: 4 }, settings: { PRODUCER_RATE: 15 } },
  { name: '3:1, two slots', scale: { miner: 3 }, settings: { RNG_SLOTS: 2, MINER_CONCURRENCY: 4 } },
];
