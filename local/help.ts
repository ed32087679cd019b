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
  const rows = describeSettings(configSchema).map(({ name, fallback, help }) => {
    return [name, chosen.has(name) ? '(chosen for you)' : fallback, help];
  });
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const settings = rows.map(
    ([name = '', value = '', help = '']) =>
      `  ${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${help}`,
  );
  return `${USAGE}
Settings are environment variables, for example RNG_DELAY_MS=50 npm start:

${settings.join('\n')}
`;
}
