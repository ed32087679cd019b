/**
 * `npm start -- --help`.
 * @module
 */
import { describeSettings } from '@dockercoins/common/service/env';
import { USAGE } from './args.ts';
import { configSchema } from './config.ts';

/** Returns the options, and every setting with its default and meaning. */
export function helpText(): string {
  const settings = describeSettings(configSchema).map(
    ({ name, fallback, help }) => `  ${name.padEnd(18)}  ${fallback.padEnd(19)}  ${help}`,
  );
  return `${USAGE}
Settings are environment variables, for example RNG_DELAY_MS=50 npm start:

${settings.join('\n')}
`;
}
