import { compose } from '../testing/compose.ts';
import type { Deployment } from './measure.ts';
import { countServed } from '../testing/served.ts';

/** The experiment on `docker compose`, scaled while it runs. */
export function composeDeployment(): Deployment {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    async scale({ miners, rngs }) {
      const scale = ['--scale', `miner=${miners}`, '--scale', `rng=${rngs}`];
      await compose(['up', '--detach', '--build', ...scale]);
      return { dashboard: at(8000), rng: at(8001), hasher: at(8002) };
    },
    served: async () => countServed((await compose(['logs', '--no-color', 'rng'])).split('\n')),
    async end() {
      await compose(['down']);
    },
  };
}
