import type { Scenario } from './scenario.ts';
import { activeAtMost, speedBelow } from './signs.ts';

export const pausedQueue: Scenario = {
  name: 'paused-queue',
  title: 'the queue is paused',
  part: 'queue',
  cause: 'paused',
  action: ({ queue }) => queue.pause(),
  symptom: speedBelow(0.1),
  firstFigure: activeAtMost(0),
  evidence:
    'The page shows that the queue is paused, and so does Bull Board: jobs wait, and none is active. The miners run and log no error.',
  cure: ({ queue }) => queue.resume(),
};
