/**
 * All scenarios, and the random choice of one.
 * @module
 */
import { seededRandom } from '@dockercoins/common/http-service/variations';
import type { Scenario } from './scenario.ts';
import { fewerMiners } from './fewer-miners.ts';
import { frozenMiner } from './frozen-miner.ts';
import { frozenProducer } from './frozen-producer.ts';
import { fullRedis } from './full-redis.ts';
import { ghostLeader } from './ghost-leader.ts';
import { globalConcurrency } from './global-concurrency.ts';
import { pausedQueue } from './paused-queue.ts';
import { poisonJobs } from './poison-jobs.ts';
import { rateLimit } from './rate-limit.ts';
import { slowReplica } from './slow-replica.ts';
import { wrongAddress } from './wrong-address.ts';

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
