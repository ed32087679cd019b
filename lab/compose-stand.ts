import { compose } from '../test/support/compose.ts';
import type { Stand } from './measure.ts';
import { countServed } from './served.ts';

/** Ports for up to nine replicas of rng; 8001 is for one. */
const MANY_RNGS = { RNG_PORT: '8011-8019' };

/** The experiment on `docker compose`, scaled while it runs. */
export function composeStand(): Stand {
  return {
    async scale({ miners, rngs }) {
      const env = rngs > 1 ? MANY_RNGS : {};
      const scale = ['--scale', `miner=${miners}`, '--scale', `rng=${rngs}`];
      await compose(['up', '--detach', '--build', ...scale], env);
      const rng = rngs > 1 ? 8011 : 8001;
      const at = (port: number) => `http://127.0.0.1:${port}`;
      return { dashboard: at(8000), rng: at(rng), hasher: at(8002) };
    },
    served: async () => countServed((await compose(['logs', '--no-color', 'rng'])).split('\n')),
    async end() {
      await compose(['down']);
    },
  };
}
