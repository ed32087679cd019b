/**
 * What a speed needs: how many processes, queues and cores, by the delays and the measured CPU time per loop.
 * @module
 */
import { simulate, type Figures } from '../../../simulation/figures.ts';
import { DEFAULTS, MEASURED, planOf } from '../../../simulation/settings.ts';
import { CONTRACT, loopMs } from '../../lab/prediction/model.ts';

/** No thread, core, or slot is to be busier than this. */
const UTILIZATION = 0.8;

/** Share by which there are more loops than the speed needs: they also wait for processors. */
const SPARE = 0.05;

/** A loop takes its three delays, whose timers are late, two requests, and a job. */
const LOOP_MS = loopMs(CONTRACT) + 2 * MEASURED.requestMs + MEASURED.jobMs + 3 * MEASURED.timerMs;

const { cpuMs } = MEASURED;
const CPU_MS = cpuMs.redis + cpuMs.rng + cpuMs.hasher + cpuMs.producer + cpuMs.miner;

export interface Needs {
  hashesPerSecond: number;
  miners: number;
  /** Loops of each miner at once in each queue. */
  concurrency: number;
  /** rngs with one slot, or with as many as one process can serve. */
  rngs: number;
  rngProcesses: number;
  slotsPerProcess: number;
  hashers: number;
  /** Queues, each on a Redis server of its own. */
  queues: number;
  cores: number;
  /** Share of one core that the leading producer uses. */
  producer: number;
}

/** Returns how many hashes per second one thread of a part allows. */
export const limitOf = (part: keyof typeof cpuMs): number => 1000 / cpuMs[part];

/** Returns what a speed needs with the default delays. Each process has one thread, and so has Redis. */
export function needsOf(hashesPerSecond: number): Needs {
  const threads = (part: keyof typeof cpuMs) =>
    Math.ceil(hashesPerSecond / limitOf(part) / UTILIZATION);
  const loops = ((hashesPerSecond * LOOP_MS) / 1000) * (1 + SPARE);
  const slots = Math.ceil((hashesPerSecond * DEFAULTS.RNG_DELAY_MS) / 1000 / UTILIZATION);
  const [miners, queues, rngProcesses] = [threads('miner'), threads('redis'), threads('rng')];
  return {
    hashesPerSecond,
    ...{ miners, queues, rngProcesses },
    concurrency: Math.ceil(loops / miners / queues),
    rngs: slots,
    slotsPerProcess: Math.ceil(slots / rngProcesses),
    hashers: threads('hasher'),
    cores: Math.ceil((hashesPerSecond * CPU_MS) / 1000 / UTILIZATION),
    producer: hashesPerSecond / limitOf('producer'),
  };
}

/** Simulates this, on one Redis server. */
export function simulateNeeds(needs: Needs): Figures {
  const plan = planOf({
    scale: { miner: needs.miners, rng: needs.rngProcesses, hasher: needs.hashers },
    settings: {
      QUEUES: needs.queues,
      MINER_CONCURRENCY: needs.concurrency,
      RNG_SLOTS: needs.slotsPerProcess,
    },
    costs: { ...MEASURED, cores: needs.cores },
  });
  return simulate(plan, 4, { warmUp: 2 });
}

/** Simulates one Redis server with its queue and its share of everything else. Returns the speed of all of them together. */
export function simulateShares({ hashesPerSecond, queues }: Needs): number {
  return queues * simulateNeeds(needsOf(hashesPerSecond / queues)).hashesPerSecond;
}
