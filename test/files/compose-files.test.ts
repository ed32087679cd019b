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
  services: Record<
    string,
    {
      command?: string[];
      environment?: Record<string, string | null>;
      sysctls?: Record<string, number>;
      healthcheck?: { test: string[] };
    }
  >;
}

const readCompose = async (file: string) =>
  parse(await readFile(file, 'utf8'), { merge: true }) as ComposeFile;

test("the forwarder asks the name server of its network, which is Docker's or Podman's", async () => {
  const config = await readFile('forwarder/haproxy.cfg', 'utf8');
  expect(config).toMatch(/^ {2}parse-resolv-conf$/m);
  expect(config).not.toMatch(/^ *nameserver/m);
});

describe.each(Object.entries(serviceSchemas))('for %s,', (service, settings) => {
  const names = describeSettings(settings).map(({ name }) => name);

  test('compose.yaml passes on every setting of the service and no others', async () => {
    const { environment = {} } = (await readCompose('compose.yaml')).services[service] ?? {};
    expect(Object.keys(environment).sort()).toEqual(names.sort());
    for (const [name, value] of Object.entries(environment)) {
      expect(value ?? `\${${name}:-}`).toContain(`\${${name}:-`);
    }
  });

  test('compose.yaml has what Podman needs: port 80 without a capability, and a health check', async () => {
    const { sysctls, healthcheck } = (await readCompose('compose.yaml')).services[service] ?? {};
    expect(sysctls).toEqual({ 'net.ipv4.ip_unprivileged_port_start': 0 });
    expect(healthcheck?.test.join(' ')).toContain('GET /readyz');
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
