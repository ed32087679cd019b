/**
 * Makes a bare machine able to run a command of this project, then runs it:
 *
 *     node local/setup.mjs [redis] [chromium] -- <command> [arguments]
 *
 * Plain JavaScript without dependencies, because nothing is there yet: the packages, the Node.js
 * that the project is pinned to, and the programs that are named. What is there already is kept.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const OLDEST_NODE = 20;
const PINNED_NODE = 26;

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const bin = join(root, 'node_modules', '.bin');

const programs = {
  redis: {
    names: ['redis-server', 'valkey-server'],
    apt: ['redis-server'],
    hint: 'Debian, Ubuntu: sudo apt-get install redis-server\n  macOS: brew install redis\n  Fedora: sudo dnf install valkey\n  or use one that runs: REDIS_URL=redis://host:6379 npm start',
    notNeeded: () => Boolean(process.env.REDIS_URL),
  },
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    apt: ['chromium'],
    hint: 'Debian, Ubuntu: sudo apt-get install chromium\n  macOS: brew install --cask chromium\n  Fedora: sudo dnf install chromium\n  or name one: CHROMIUM=/path/to/chrome npm test',
    notNeeded: () => Boolean(process.env.CHROMIUM),
  },
};

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

function inPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** Root on Debian gets a missing package installed; anyone else is told how. */
function installPackages(what, packages, hint) {
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!isDebianRoot)
    fail(`${what} is needed and is not installed. Install it, then try again:\n  ${hint}`);
  say(`${what} is not installed: apt-get install ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], env);
}

function installDependencies() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing the packages of package-lock.json (once; about a minute)');
  run('npm', ['ci', '--loglevel=error', '--progress=true']);
}

/** The Node.js to run TypeScript with: this one if it is new enough, else the one among the packages. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= PINNED_NODE) return;
  const pinned = join(bin, 'node');
  if (!existsSync(pinned)) {
    fail(
      `there is no package of Node.js ${PINNED_NODE} for ${process.platform} ${process.arch}: install it from https://nodejs.org`,
    );
  }
  const works = () => spawnSync(pinned, ['--version']).status === 0;
  if (works()) return;
  installPackages(
    'libatomic, which Node.js needs,',
    ['libatomic1'],
    'Debian, Ubuntu: sudo apt-get install libatomic1',
  );
  if (!works()) fail(`${pinned} does not run here: try it by itself to see why`);
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(
    `Node.js ${OLDEST_NODE} or newer is needed, this is ${process.version}: get one from https://nodejs.org`,
  );
}
const separator = process.argv.indexOf('--');
const wanted = process.argv.slice(2, separator);
const [command, ...args] = process.argv.slice(separator + 1);

installDependencies();
findNode();
for (const name of wanted) {
  const { names, apt, hint, notNeeded } = programs[name];
  if (!notNeeded() && !names.some(inPath)) installPackages(names.join(' or '), apt, hint);
}

const child = spawn(command, args, {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    NODE_COMPILE_CACHE: join(root, '.local', 'compile-cache'), // the second start is a faster one
  },
});
child.on('error', (err) => fail(`${command}: ${err.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
process.on('SIGINT', () => {}); // a terminal sends it to the child as well, which decides
process.on('SIGTERM', () => child.kill('SIGTERM'));
