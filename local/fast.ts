/**
 * `npm start -- --fast`: how fast the pipeline is when nothing waits on purpose.
 * @module
 */

const FAST: Record<string, string> = {
  RNG_DELAY_MS: '0',
  RNG_SLOTS: '0',
  HASHER_DELAY_MS: '0',
  MINER_WORK_MS: '0',
  /** One miner has so many loops under way that none of its waits is idle. */
  MINER_CONCURRENCY: '128',
  /** At thousands of loops a second nobody reads a line for each request. */
  LOG_LEVEL: 'warn',
};

/** The settings of a fast stack that the environment does not set itself. */
export function fastSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(FAST).filter(([name]) => !env[name]));
}
