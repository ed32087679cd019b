import { signalReplicas } from './actions.ts';
import type { Scenario } from './scenario.ts';
import { speedBelow } from './signs.ts';

const isProducer = ({ service }: { service: string }) => service === 'producer';

export const frozenProducer: Scenario = {
  name: 'frozen-producer',
  title: 'all producers are stopped with SIGSTOP, so the queue drains',
  part: 'producer',
  cause: 'frozen',
  action: (stack) => signalReplicas(stack, 'SIGSTOP', isProducer),
  symptom: speedBelow(0.1),
  firstFigure: {
    what: 'number of producers that hold the lease',
    unit: '',
    read: ({ producer }) => (producer.leader === null ? 0 : 1),
    shows: (now) => now === 0,
  },
  evidence:
    'The queue is empty, and nobody adds jobs: the list of problems says that no producer holds the lease. The list of processes still has the producer, and it was not restarted, so it did not die. `ps -o stat= PID`, or `docker top NAME -o pid,stat`, shows T: stopped.',
  async cure(stack) {
    await signalReplicas(stack, 'SIGCONT', isProducer);
    // In Compose, a container that was sent a signal no longer restarts by itself. A new one does.
    await stack.deployment.scale({ producer: 0 });
  },
};
