/**
 * `local/setup.mjs`: what it installs, rejects and passes on, in a copy of the project with an `npm` that takes no time.
 * @module
 */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { exitOf } from '../../tools/stack/exit-of.ts';

/** Installs what the lockfile lists, without get-port unless development packages are included. */
const NPM = `#!/bin/sh
echo "$@" >> "$LOG"
mkdir -p node_modules
case "$*" in
  *--include=dev*) mkdir -p node_modules/get-port; cp package-lock.json node_modules/.package-lock.json ;;
  *) echo '{"packages":{}}' > node_modules/.package-lock.json ;;
esac
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-setup-'));
  await createProject(join(dir, 'project'));
  await mkdir(join(dir, 'tools'));
  await writeFile(join(dir, 'tools', 'npm'), NPM);
  await chmod(join(dir, 'tools', 'npm'), 0o755);
});
afterEach(() => rm(dir, { recursive: true }));

async function createProject(root: string) {
  await cp('local', join(root, 'local'), { recursive: true });
  const packages = { '': {}, 'node_modules/get-port': { version: '7.2.0', dev: true } };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

/** Runs a command by way of setup.mjs. */
async function setUp(command: string[], env: Record<string, string> = {}, project = 'project') {
  const PATH = [join(dir, 'tools'), process.env['PATH']].join(delimiter);
  const setup = join(dir, project, 'local', 'setup.mjs');
  const child = spawn(process.execPath, [setup, '--', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH, LOG: join(dir, 'log'), ...env },
  });
  const exit = exitOf(child, 'setup.mjs');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await exit, stdout, stderr };
}

const installations = async () => (await readFile(join(dir, 'log'), 'utf8')).trim().split('\n');

test('an installation without development packages is repaired, and a complete one is left alone', async () => {
  const root = join(dir, 'project');
  await mkdir(join(root, 'node_modules'));
  await writeFile(join(root, 'node_modules', '.package-lock.json'), '{"packages":{}}');
  for (let start = 1; start <= 2; start++) {
    expect(await setUp(['echo', 'started'], { NODE_ENV: 'production' })).toMatchObject({
      status: 0,
      stdout: 'started\n',
    });
  }
  expect(await installations()).toEqual([
    expect.stringMatching(/^ci .*--include=dev --include=optional/),
  ]);
});

test('packages that npm does not install are named', async () => {
  await writeFile(join(dir, 'tools', 'npm'), '#!/bin/sh\nexit 0\n');
  const { status, stderr } = await setUp(['echo', 'started']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/npm ci .* did not install node_modules\/get-port\n$/);
});

test.each(['c#', 'what?'])(
  'a folder named %s is rejected before anything is installed',
  async (name) => {
    await createProject(join(dir, name));
    const { status, stderr } = await setUp(['echo', 'started'], {}, name);
    expect(status).toBe(1);
    expect(stderr).toContain(`a folder with "${name.at(-1)}" in its path: move or rename`);
    await expect(installations()).rejects.toThrow('ENOENT');
  },
);

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

/** Prints the status of a response to `fetch` and to `node:http`. */
const REQUESTS = `const { status } = await fetch(process.argv[1]);
  const { get } = await import('node:http');
  get(process.argv[1], (response) => console.log(status, response.resume().statusCode));`;

test.each(['127.0.0.1', 'localhost', ...(hasIpv6 ? ['[::1]'] : [])])(
  'requests to %s avoid the proxy in the environment',
  async (host) => {
    const server = createServer((_, response) => response.end());
    onTestFinished(() => void server.close());
    await once(server.listen(0, host === '[::1]' ? '::1' : '127.0.0.1'), 'listening');
    const url = `http://${host}:${(server.address() as AddressInfo).port}/`;
    const proxy = 'http://127.0.0.1:9';
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'];
    const env = Object.fromEntries(names.map((name) => [name, proxy]));
    const command = [process.execPath, '--input-type=module', '--eval', REQUESTS, url];
    const { stdout } = await setUp(command, { ...env, NODE_USE_ENV_PROXY: '1' });
    expect(stdout).toBe('200 200\n');
  },
);

test('a second separator, as from pnpm, is not passed on', async () => {
  expect((await setUp(['echo', '-n', '--', '--fast'])).stdout).toBe('--fast');
});
