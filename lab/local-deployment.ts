import { startStackProcess, type RunningStack } from '../testing/stack.ts';
import type { Deployment } from './measure.ts';
import { countServed } from '../testing/served.ts';

/** The experiment on `npm start`, begun anew for each row. */
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
    async end() {
      await stack?.[Symbol.asyncDispose]();
    },
  };
}
