/**
 * All scenarios, and the random choice of one.
 * @module
 */
import { seededRandom } from '@dockercoins/common/gate/variations';
import type { Scenario } from './scenario.ts';
import { fewerMiners } from './scenarios/fewer-miners.ts';
import { frozenMiner } from './scenarios/frozen-miner.ts';
import { frozenProducer } from './scenarios/frozen-producer.ts';
import { fullRedis } from './scenarios/full-redis.ts';
import { ghostLeader } from './scenarios/ghost-leader.ts';
import { globalConcurrency } from './scenarios/global-concurrency.ts';
import { pausedQueue } from './scenarios/paused-queue.ts';
import { poisonJobs } from './scenarios/poison-jobs.ts';
import { rateLimit } from './scenarios/rate-limit.ts';
import { slowReplica } from './scenarios/slow-replica.ts';
import { wrongAddress } from './scenarios/wrong-address.ts';

export const SCENARIOS: readonly Scenario[] = [
  slowReplica,
  frozenMiner,
  fewerMiners,
  wrongAddress,
  poisonJobs,
  frozenProducer,
  ghostLeader,
  pausedQueue,
  globalConcurrency,
  rateLimit,
  fullRedis,
];

/** Returns the scenario that a seed stands for. */
export function pickScenario(seed: number): Scenario {
  const index = Math.floor(seededRandom(`${seed} scenario`)() * SCENARIOS.length);
  return SCENARIOS[index] as Scenario;
}

/** @throws {Error} if there is no such scenario */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((it) => it.name === name);
  if (scenario === undefined) throw new Error(`no scenario is called ${name}`);
  return scenario;
}
