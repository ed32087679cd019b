import { countServed } from '../testing/served.ts';
import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import type { Deployment } from './measure.ts';

/** `npm start`, restarted for each experiment. */
export function localDeployment(): Deployment {
  let stack: RunningStack | undefined;
  return {
    async scale({ miners, rngs }) {
      await stack?.[Symbol.asyncDispose]();
      stack = await startStackProcess({
        args: ['--scale', `miner=${miners}`, '--scale', `rng=${rngs}`],
      });
      return { dashboard: stack.dashboard, rng: stack.rng[0] ?? '', hasher: stack.hasher[0] ?? '' };
    },
    served: () => Promise.resolve(countServed(stack?.lines ?? [])),
    async stop() {
      await stack?.[Symbol.asyncDispose]();
    },
  };
}
