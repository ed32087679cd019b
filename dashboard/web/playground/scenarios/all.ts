import { autoscaleQueue, autoscaleWait } from './autoscalers.ts';
import { globalConcurrency } from './global-concurrency.ts';
import { killedMiner } from './killed-miner.ts';
import { overload } from './overload.ts';
import { retryJitter, retryStorm } from './retry-storm.ts';
import type { Scenarios } from './scenario.ts';
import { slowReplica } from './slow-replica.ts';
import { tenMiners } from './ten-miners.ts';

export const SCENARIOS: Scenarios = {
  'ten-miners': tenMiners,
  'slow-replica': slowReplica,
  'retry-storm': retryStorm,
  'retry-jitter': retryJitter,
  overload,
  'killed-miner': killedMiner,
  'autoscale-queue': autoscaleQueue,
  'autoscale-wait': autoscaleWait,
  'global-concurrency': globalConcurrency,
};
