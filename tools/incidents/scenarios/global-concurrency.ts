import type { Scenario } from './scenario.ts';
import { activeAtMost, speedBelow } from './signs.ts';

export const globalConcurrency: Scenario = {
  name: 'global-concurrency',
  title: 'the queue allows one active job at a time',
  part: 'queue',
  cause: 'a limit on jobs at a time',
  action: ({ queue }) => queue.setGlobalConcurrency(1),
  symptom: speedBelow(0.5),
  firstFigure: activeAtMost(1),
  evidence:
    'Three miners are as fast as one, and only one job is active at a time, although 100 wait. In Redis, `HGET bull:loops:meta concurrency` says why, and so does the list of problems.',
  cure: ({ queue }) => queue.removeGlobalConcurrency(),
};
