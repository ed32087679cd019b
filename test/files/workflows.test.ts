/**
 * The files for hosted services agree with the project: workflows, Renovate's configuration and the dev container.
 * @module
 */
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Job {
  uses?: string;
  permissions?: object;
  'timeout-minutes'?: number;
  steps?: { uses?: string; run?: string }[];
}

interface Workflow {
  permissions?: object;
  jobs: Record<string, Job>;
}

interface Package {
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

interface ComposeFile {
  services: Record<string, { image?: string; build?: { target: string }; ports?: string[] }>;
}

interface DevContainer {
  postCreateCommand: string;
  forwardPorts: number[];
  portsAttributes: Record<string, { label: string; onAutoForward: string }>;
}

const read = (file: string) => readFile(file, 'utf8');
const readYaml = async <T>(file: string) => parse(await read(file), { merge: true }) as T;
const readPackage = async (file: string) => JSON.parse(await read(file)) as Package;

/** The file may contain comments. */
async function readDevContainer(): Promise<DevContainer> {
  const file = '.devcontainer/devcontainer.json';
  const parsed = ts.parseConfigFileTextToJson(file, await read(file));
  expect(parsed.error).toBeUndefined();
  return parsed.config as DevContainer;
}

/** Services that Compose builds, with the target of each. */
async function builtServices(): Promise<Record<string, string>> {
  const { services } = await readYaml<ComposeFile>('compose.yaml');
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { build }]) => (build ? [[name, build.target]] : [])),
  );
}

const CI = '.github/workflows/ci.yaml';
const RELEASE = '.github/workflows/release.yaml';

describe.each([CI, RELEASE])('%s', (file) => {
  const PINNED = /uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

  test('pins every action to a commit and names its version', async () => {
    const uses = (await read(file)).match(/uses: [^.].*/g) ?? [];
    expect(uses).not.toEqual([]);
    expect(uses.filter((line) => !PINNED.test(line))).toEqual([]);
  });

  test('grants nothing by default, and each job what it needs', async () => {
    const { permissions, jobs } = await readYaml<Workflow>(file);
    expect(permissions).toEqual({});
    for (const [name, job] of Object.entries(jobs)) expect(job.permissions, name).toBeDefined();
  });

  test('limits the time of every job', async () => {
    const { jobs } = await readYaml<Workflow>(file);
    for (const [name, job] of Object.entries(jobs)) {
      // A job that calls a workflow has the limits of that workflow's jobs.
      if (job.uses === undefined) expect(job['timeout-minutes'], name).toBeGreaterThan(0);
    }
  });
});

test('ci.yaml runs the commands of .ci/run', async () => {
  const { jobs } = await readYaml<Workflow>(CI);
  const commands = Object.values(jobs).flatMap(({ steps = [] }) =>
    steps.flatMap(({ run }) => run ?? []),
  );
  expect(commands).toEqual((await read('.ci/run')).match(/^npm .*$/gm));
});

test('every npm command in workflows and the dev container exists', async () => {
  const { scripts } = await readPackage('package.json');
  const { postCreateCommand } = await readDevContainer();
  const text = [await read(CI), await read(RELEASE), `run: ${postCreateCommand}`].join('\n');
  const commands = [...text.matchAll(/run: npm (?:run )?([\w:-]+)/g)].map(([, name = '']) => name);
  expect(commands).toContain('test:all');
  expect(Object.keys({ ...scripts, ci: '' })).toEqual(expect.arrayContaining(commands));
});

test('a release has an image of every service and of every final target of the Dockerfile', async () => {
  const built = await builtServices();
  const { services } = await readYaml<ComposeFile>('compose.images.yaml');
  const images = Object.entries(services).map(([name, { image }]) => [name, image]);
  const expected = Object.keys(built).map((name) => [
    name,
    `\${IMAGE_PREFIX:?}/${name}:\${TAG:-latest}`,
  ]);
  expect(images.sort()).toEqual(expected.sort());

  const dockerfile = await read('Dockerfile');
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage = '']) => stage);
  const isUsed = (stage: string) =>
    dockerfile.includes(`FROM ${stage} `) || dockerfile.includes(`--from=${stage} `);
  const final = stages.filter((stage) => !isUsed(stage));
  expect(final.sort()).toEqual(Object.values(built).sort());
});

describe('the dev container', () => {
  test('forwards the ports that Compose publishes, and opens the dashboard', async () => {
    const { services } = await readYaml<ComposeFile>('compose.yaml');
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    const named = published.map((port) => /^\$\{(\w+)_PORT:-(\d+)\}:/.exec(port) ?? []);
    const labels = Object.fromEntries(
      named.map(([, name = '', port = '']) => [port, name.toLowerCase()]),
    );
    const { forwardPorts, portsAttributes } = await readDevContainer();
    expect(forwardPorts.map(String)).toEqual(Object.keys(labels));
    for (const [port, { label, onAutoForward }] of Object.entries(portsAttributes)) {
      expect(label).toBe(labels[port]);
      expect(onAutoForward).toBe(label === 'dashboard' ? 'openBrowser' : 'silent');
    }
    expect(Object.keys(portsAttributes)).toEqual(Object.keys(labels));
  });
});

test('images, the dev container and npm start use the same Node.js', async () => {
  const { optionalDependencies } = await readPackage('package.json');
  const pinned = new Set(Object.values(optionalDependencies));
  expect(pinned.size).toBe(1);
  const [major] = [...pinned].map((version) => version.split('.')[0]);
  const images = [await read('Dockerfile'), await read('.devcontainer/Dockerfile')].flatMap(
    (text) => text.match(/^FROM node:\S+/gm) ?? [],
  );
  expect(new Set(images)).toEqual(new Set([`FROM node:${major}-slim`]));
  expect(await read('local/setup.mjs')).toContain(`const PINNED_NODE = ${major};`);
});

describe('Renovate updates together', () => {
  /** Whether a rule with this group name matches a package. */
  async function groupMatches(groupName: string, name: string): Promise<boolean> {
    const { packageRules } = JSON.parse(await read('renovate.json')) as {
      packageRules: { groupName: string; matchPackageNames: string[] }[];
    };
    const patterns = packageRules.find((rule) => rule.groupName === groupName)?.matchPackageNames;
    return (
      patterns?.some((pattern) => new RegExp(`^${pattern.replace('*', '.*')}$`).test(name)) ?? false
    );
  }

  test('Bull Board, at one version', async () => {
    const { dependencies } = await readPackage('dashboard/package.json');
    const packages = Object.entries(dependencies).filter(([name]) => name.includes('bull-board'));
    expect(new Set(packages.map(([, version]) => version)).size).toBe(1);
    for (const [name] of packages) expect(await groupMatches('Bull Board', name)).toBe(true);
  });

  test('BullMQ and ioredis', async () => {
    const { dependencies } = await readPackage('miner/package.json');
    for (const name of ['bullmq', 'ioredis']) {
      expect(dependencies).toHaveProperty(name);
      expect(await groupMatches('BullMQ and ioredis', name)).toBe(true);
    }
  });

  test('Node.js in images and in packages', async () => {
    const { optionalDependencies } = await readPackage('package.json');
    for (const name of ['node', ...Object.keys(optionalDependencies)]) {
      expect(await groupMatches('Node.js', name), name).toBe(true);
    }
  });
});
