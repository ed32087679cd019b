import { compose } from '../testing/compose.ts';
import { countServed } from '../testing/served.ts';
import type { Deployment } from './measure.ts';

/** The Compose stack, scaled while it runs. */
export function composeDeployment(): Deployment {
  return {
    async scale({ miners, rngs }) {
      const scale = ['--scale', `miner=${miners}`, '--scale', `rng=${rngs}`];
      await compose(['up', '--detach', '--build', ...scale]);
      return {
        dashboard: 'http://127.0.0.1:8000',
        rng: 'http://127.0.0.1:8001',
        hasher: 'http://127.0.0.1:8002',
      };
    },
    served: async () => countServed((await compose(['logs', '--no-color', 'rng'])).split('\n')),
    async stop() {
      await compose(['down']);
    },
  };
}
