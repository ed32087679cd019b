import { removeLast, replaceLast } from './actions.ts';
import type { Scenario } from './scenario.ts';
import { jobsFail } from './signs.ts';

export const wrongAddress: Scenario = {
  name: 'wrong-address',
  title: 'HASHER_URL of one of three miners is the address of rng',
  part: 'miner',
  cause: 'a replica has a wrong setting',
  action: (stack) => {
    const { kind, origins } = stack.deployment;
    const url = kind === 'compose' ? 'http://rng' : origins.rng;
    return replaceLast(stack, 'miner', { HASHER_URL: url });
  },
  symptom: jobsFail,
  firstFigure: {
    what: 'failed requests to hasher in the last ten seconds',
    unit: '',
    read: ({ upstreams }) => upstreams.hasher.failures?.errors ?? 0,
    shows: (now) => now > 0,
  },
  evidence:
    'Requests to hasher fail, but only those of one of three miners: in the table of miners, miner-3 has all the errors. hasher logs no error. The reason of each failed job in Bull Board has the address: it is that of rng, which answers POST with status 404.',
  async cure(stack) {
    await removeLast(stack, 'miner');
    // The producer has already added others, and a loop is a loop.
    const failed = await stack.queue.getFailed();
    const ours = failed.filter(({ finishedOn = 0 }) => finishedOn >= stack.saved.at);
    await Promise.all(ours.map((job) => job.remove()));
  },
};
