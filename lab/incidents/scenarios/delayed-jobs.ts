import { JOB_NAME } from '@dockercoins/common/contract';
import { removeTagged, tagged } from '../actions.ts';
import type { Scenario } from '../scenario.ts';
import { delayedMore, speedBelow } from '../signs.ts';

/** More than the backlog that the producer maintains. */
const COUNT = 150;

const DAY_MS = 24 * 3600 * 1000;

export const delayedJobs: Scenario = {
  name: 'delayed-jobs',
  title: `${COUNT} jobs that are due in a day fill the backlog, so the producer adds none`,
  part: 'queue',
  cause: 'delayed jobs take up the whole backlog',
  action: (stack) =>
    stack.queue.addBulk(
      tagged(stack, COUNT).map((jobId) => ({
        name: JOB_NAME,
        data: {},
        opts: { jobId, delay: DAY_MS },
      })),
    ),
  symptom: speedBelow(0.1),
  firstFigure: delayedMore(COUNT),
  evidence: `The page says that the queue is empty, although the producer holds the lease: so the producer is alive, and its log has no error. It lists ${COUNT} delayed jobs. Bull Board shows that they are due tomorrow, without a failed attempt. The producer keeps 100 jobs waiting or delayed (producer/refill.ts), and there are more.`,
  cure: removeTagged,
};
