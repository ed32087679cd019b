import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeSettings } from '@dockercoins/common/env';
import { settings as dashboard } from '../dashboard/server/config.ts';
import { settings as hasher } from '../hasher/config.ts';
import { settings as miner } from '../miner/config.ts';
import { settings as producer } from '../producer/config.ts';
import { settings as rng } from '../rng/config.ts';

test.each(Object.entries({ rng, hasher, producer, miner, dashboard }))(
  'README.md lists every setting of %s as its config has it',
  async (_service, settings) => {
    const readme = await readFile('README.md', 'utf8');
    for (const { name, fallback, help } of describeSettings(settings)) {
      const shown = name === 'INSTANCE' ? 'host name' : fallback === '' ? '' : `\`${fallback}\``;
      expect(readme).toContain(`| \`${name}\` | ${shown} | ${help} |`);
    }
  },
);
