import { removeLast, signalReplicas } from './actions.ts';
import { BASELINE, type Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

const isVictim = ({ name }: { name: string }) => name === `miner-${BASELINE.miner}`;

export const frozenMiner: Scenario = {
  name: 'frozen-miner',
  title: 'one of three miners is stopped with SIGSTOP',
  part: 'miner',
  cause: 'frozen',
  action: (stack) => signalReplicas(stack, 'SIGSTOP', isVictim),
  symptom: speedBelow(0.8),
  firstFigure: {
    what: 'time since the last report of a miner',
    unit: 's',
    read: ({ fleet }) => Math.max(...fleet.map(({ silentMs }) => silentMs)) / 1000,
    shows: (now) => now > 2, // miners report once a second
  },
  evidence:
    'The table of miners shows that miner-3 reports no more; the list of problems says that it "died, froze, or lost Redis", and that it has lost a job. The list of processes says which: miner-3 still runs, and was not restarted, so it did not die. Its log ends without a complaint about Redis. `ps -o stat= PID`, or `docker top NAME -o pid,stat`, shows T: stopped.',
  async cure(stack) {
    await signalReplicas(stack, 'SIGCONT', isVictim);
    await removeLast(stack, 'miner');
  },
};
