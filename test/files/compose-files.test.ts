/**
 * The Compose files agree with what each service declares in `config.ts`, and with `npm start`.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeSettings } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../local/config.ts';
import { fastSettings } from '../../local/fast.ts';
import { flagsOf } from '../../local/replicas.ts';

interface ComposeFile {
  services: Record<string, { command?: string[]; environment?: Record<string, string | null> }>;
}

const readCompose = async (file: string) =>
  parse(await readFile(file, 'utf8'), { merge: true }) as ComposeFile;

describe.each(Object.entries(serviceSchemas))('for %s,', (service, settings) => {
  const names = describeSettings(settings).map(({ name }) => name);

  test('compose.yaml passes on every setting of the service and no others', async () => {
    const { environment = {} } = (await readCompose('compose.yaml')).services[service] ?? {};
    expect(Object.keys(environment).sort()).toEqual(names.sort());
    for (const [name, value] of Object.entries(environment)) {
      expect(value ?? `\${${name}:-}`).toContain(`\${${name}:-`);
    }
  });

  test('compose.fast.yaml sets what `npm start -- --fast` sets', async () => {
    const { environment, command } =
      (await readCompose('compose.fast.yaml')).services[service] ?? {};
    const fast = Object.entries(fastSettings({})).filter(([name]) => names.includes(name));
    expect(environment).toEqual(
      Object.fromEntries(fast.map(([name, value]) => [name, `\${${name}:-${value}}`])),
    );
    expect(command).toEqual(['node', ...flagsOf(true), 'main.mjs']);
  });
});
