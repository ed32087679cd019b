import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeSettings, type Settings } from '@dockercoins/common/env';

const SERVICES = ['rng', 'hasher', 'producer', 'miner', 'dashboard/server'];

test.each(SERVICES)('README.md lists every setting of %s as its config has it', async (service) => {
  const readme = await readFile('README.md', 'utf8');
  const { settings } = (await import(`../${service}/config.ts`)) as { settings: Settings };
  for (const { name, fallback, help } of describeSettings(settings)) {
    const shown = name === 'INSTANCE' ? 'host name' : fallback === '' ? '' : `\`${fallback}\``;
    expect(readme).toContain(`| \`${name}\` | ${shown} | ${help} |`);
  }
});
