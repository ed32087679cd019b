import { BASELINE, type Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

export const fewerMiners: Scenario = {
  name: 'fewer-miners',
  title: 'two of three miners are stopped properly',
  part: 'miner',
  cause: 'too few replicas',
  action: ({ deployment }) => deployment.scale({ miner: 1 }),
  symptom: speedBelow(0.5),
  firstFigure: {
    what: 'miners',
    unit: '',
    read: ({ miners }) => miners,
    shows: (now, before) => now < before,
  },
  evidence:
    'The list of problems is empty: the remaining miner is as fast as before, and no job was lost. The plot marks when miners disappeared. They are missing from the list of processes, and the log shows no crash: somebody scaled them down.',
  cure: ({ deployment }) => deployment.scale({ miner: BASELINE.miner }),
};
