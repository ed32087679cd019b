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
      mem_limit?: string;
      environment?: Record<string, string | null>;
      sysctls?: Record<string, number>;
      healthcheck?: { test: string[] };
    }
  >;
}

const readCompose = async (file: string) =>
  parse(await readFile(file, 'utf8'), { merge: true }) as ComposeFile;

test("the forwarder asks the name server of its network, which is Docker's or Podman's", async () => {
  const config = await readFile('deploy/haproxy/haproxy.cfg', 'utf8');
  expect(config).toMatch(/^ {2}parse-resolv-conf$/m);
  expect(config).not.toMatch(/^ *nameserver/m);
});

describe('the memory limit of Redis', () => {
  /** Returns bytes. Docker's `m` and `M` are MiB, as are Redis' `mb` and Kubernetes' `Mi`. */
  const bytesOf = (text = '') => {
    const [, amount, unit = ''] = /^(\d+)(m|mb|mi|g|gb|gi)$/i.exec(text) ?? [];
    return Number(amount) * 1024 ** (/^g/i.test(unit) ? 3 : 2);
  };
  const maxmemoryIn = (command: string[]) =>
    bytesOf(/--maxmemory (\S+)/.exec(command.join(' '))?.[1]);

  interface SwarmFile {
    services: {
      redis: { command: string[]; deploy: { resources: { limits: { memory: string } } } };
    };
  }
  interface StatefulSet {
    spec: {
      template: {
        spec: { containers: [{ args: string[]; resources: { limits: { memory: string } } }] };
      };
    };
  }

  test.each([
    [
      'compose.yaml',
      async () => {
        const { command = [], mem_limit } =
          (await readCompose('compose.yaml')).services['redis'] ?? {};
        return { command, limit: mem_limit };
      },
    ],
    [
      'deploy/swarm/stack.yaml',
      async () => {
        const text = await readFile('deploy/swarm/stack.yaml', 'utf8');
        const { redis } = (parse(text, { merge: true }) as SwarmFile).services;
        return { command: redis.command, limit: redis.deploy.resources.limits.memory };
      },
    ],
    [
      'deploy/kubernetes/base/redis.yaml',
      async () => {
        const [text = ''] = (await readFile('deploy/kubernetes/base/redis.yaml', 'utf8')).split(
          '---\n',
        );
        const [container] = (parse(text) as StatefulSet).spec.template.spec.containers;
        return { command: container.args, limit: container.resources.limits.memory };
      },
    ],
  ])('in %s leaves room for a copy of all data and a quarter more', async (_, read) => {
    const { command, limit } = await read();
    const maxmemory = maxmemoryIn(command);
    expect(maxmemory).toBeGreaterThan(0);
    expect(bytesOf(limit) / maxmemory).toBeGreaterThanOrEqual(2.5);
    expect(command.join(' ')).toContain('--oom-score-adj yes');
  });

  test('is raised with `maxmemory` by the factor that docs/operations.md gives', async () => {
    const [, factor] =
      /`mem_limit` to ([\d.]+) times/.exec(await readFile('docs/operations.md', 'utf8')) ?? [];
    expect(Number(factor)).toBeGreaterThanOrEqual(2.5);
  });
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
    const [form, check] = healthcheck?.test ?? [];
    expect(form).toBe('CMD-SHELL'); // Podman 4 breaks up the parts of a CMD
    expect(check).toMatch(/^bash -c "[^"]*GET \/readyz[^"]*"$/);
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
