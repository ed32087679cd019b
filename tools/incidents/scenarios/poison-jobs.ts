import { JOB_NAME } from '@dockercoins/common/contract';
import { removeTagged, tagged } from './actions.ts';
import type { Scenario } from './scenario.ts';
import { jobsFail } from './signs.ts';

const COUNT = 20;

export const poisonJobs: Scenario = {
  name: 'poison-jobs',
  title: `${COUNT} jobs fail on each attempt`,
  part: 'queue',
  cause: 'some jobs fail on each attempt',
  action: (stack) =>
    stack.queue.addBulk(
      // They fail at once, so a single miner would take them all if there were no others in between.
      tagged(stack, 2 * COUNT).map((jobId, n) => ({
        name: JOB_NAME,
        data: n % 2 === 0 ? { poison: true } : {},
        opts: { jobId, lifo: true, attempts: 2 },
      })),
    ),
  symptom: jobsFail,
  firstFigure: {
    what: 'failed attempts',
    unit: '',
    read: ({ fleet }) => fleet.reduce((sum, { errors }) => sum + errors, 0),
    shows: (now, before) => now >= before + 5,
  },
  evidence:
    'The list of problems is empty, the speed is as before, and all miners have errors. In Bull Board, the failed jobs differ from all others by their ids and their data, and they used up their attempts: it is the jobs, not the miners. So waiting does not help, and neither does "Retry".',
  cure: removeTagged,
};
