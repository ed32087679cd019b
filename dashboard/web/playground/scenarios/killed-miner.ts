import { secondsUntilOver, type Scenario } from './scenario.ts';

export const killedMiner: Scenario = {
  title: 'A killed miner and its lock',
  text: 'Three miners work, and each locks its job for 30 seconds; every 30 seconds, they look for jobs whose lock has expired. After 40 seconds, miner-2 is killed in the middle of a job, and does not come back. Nobody tells the queue.',
  question: 'How many seconds later is the job given to another miner?',
  unit: 's',
  scale: { miner: 3 },
  events: [[40_000, { kind: 'kill', name: 'miner-2', forMs: 3_600_000 }]],
  speed: 10,
  observe: secondsUntilOver(40, ({ abandoned }) => abandoned.length > 0),
  explanation:
    'The lock expires after 30 seconds. The check for such jobs finds it only at its next turn: after 60 or 90 seconds. So it takes 30 to 60 seconds, and no job is lost.',
};
