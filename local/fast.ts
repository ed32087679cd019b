/**
 * `npm start -- --fast`: the speed of the pipeline without artificial delays.
 * @module
 */

const FAST: Record<string, string> = {
  RNG_DELAY_MS: '0',
  RNG_SLOTS: '0',
  HASHER_DELAY_MS: '0',
  MINER_WORK_MS: '0',
  /** Enough loops in flight to keep a miner busy while some of them wait. */
  MINER_CONCURRENCY: '128',
  /** A line per request would be thousands of lines a second. */
  LOG_LEVEL: 'warn',
};

/** Returns the settings of `--fast`, except those that `env` sets. */
export function fastSettings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(FAST).filter(([name]) => !env[name]));
}
