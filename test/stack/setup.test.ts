/**
 * `local/setup.mjs`: what it installs, rejects and passes on, in a copy of the project with an `npm` that takes no time.
 * @module
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitOf } from '../../tools/stack/exit-of.ts';
import { startServer } from '../support/http-server.ts';

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
  await writeTool('npm', NPM);
});
afterEach(() => rm(dir, { recursive: true }));

async function createProject(root: string) {
  await cp('local', join(root, 'local'), { recursive: true });
  const packages = { '': {}, 'node_modules/get-port': { version: '7.2.0', dev: true } };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }));
}

const writeTool = (name: string, script: string) => writeScript(join(dir, 'tools', name), script);

async function writeScript(path: string, script: string) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, script);
  await chmod(path, 0o755);
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
  await writeTool('npm', '#!/bin/sh\nexit 0\n');
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
    const address = host === '[::1]' ? '::1' : '127.0.0.1';
    await using server = await startServer((_, response) => response.end(), 0, address);
    const url = `http://${host}:${server.port}/`;
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

/** Makes setup.mjs believe that it does not run as root. */
const NO_ROOT = { NODE_OPTIONS: '--import=data:text/javascript,process.getuid=()=>1000' };

test.runIf(existsSync('/etc/debian_version'))(
  'without root, later starts also find a library that the pinned Node.js needs and that had to be unpacked',
  async () => {
    const packages = join(dir, 'project', 'node_modules');
    const needsLibatomic = `#!/bin/sh
case "$LD_LIBRARY_PATH" in
  */.local/debian/libatomic/usr/lib*) exec '${process.execPath}' "$@" ;;
  *) exit 127 ;;
esac
`;
    await writeScript(join(packages, `node-linux-${process.arch}`, 'bin', 'node'), needsLibatomic);
    await mkdir(join(packages, '.bin'));
    await symlink(`../node-linux-${process.arch}/bin/node`, join(packages, '.bin', 'node'));
    await writeTool(
      'apt-get',
      '#!/bin/sh\ncase "$*" in *download*) touch libatomic1.deb ;; esac\n',
    );
    await writeTool('dpkg-deb', '#!/bin/sh\nmkdir -p "$3/usr/lib"\n');
    const command = ['node', '--print', '"started"'];
    expect(await setUp(command, NO_ROOT)).toMatchObject({ status: 0, stdout: 'started\n' });

    // As npm does, which puts its folder first in PATH.
    const setup = ['local/setup.mjs', '--', ...command];
    const PATH = [join(packages, '.bin'), process.env['PATH']].join(delimiter);
    const env = { ...process.env, ...NO_ROOT, PATH };
    const { stdout } = await promisify(execFile)('node', setup, { cwd: dirname(packages), env });
    expect(stdout).toBe('started\n');
  },
);
