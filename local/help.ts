/**
 * `npm start -- --help`.
 * @module
 */
import { describeSettings } from '@dockercoins/common/service/env';
import { USAGE } from './args.ts';
import { configSchema, OVERRIDES } from './config.ts';

/** Returns the options, and every setting with its default and meaning. */
export function helpText(): string {
  const chosen = new Set<string>(OVERRIDES);
  const settings = describeSettings(configSchema).map(({ name, fallback, help }) => {
    const value = chosen.has(name) ? '(chosen for you)' : fallback;
    return `  ${name.padEnd(17)}  ${value.padEnd(16)}  ${help}`;
  });
  return `${USAGE}
Settings are environment variables, for example RNG_DELAY_MS=50 npm start:

${settings.join('\n')}
`;
}
