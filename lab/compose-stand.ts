import { compose } from '../test/support/compose.ts';
import type { Stand } from './measure.ts';
import { countServed } from './served.ts';

/** The experiment on `docker compose`, scaled while it runs. */
export function composeStand(): Stand {
  return {
    async scale({ miners, rngs }) {
      // One replica has the usual port; several take all of a range, in any order.
      const env = rngs > 1 ? { RNG_PORT: `8011-${8010 + rngs}` } : {};
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
