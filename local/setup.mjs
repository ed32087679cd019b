/**
 * Makes a bare machine able to run a command of this project, then runs it:
 *
 *     node local/setup.mjs [redis] [chromium] [faketime] -- <command> [arguments]
 *
 * Plain JavaScript without dependencies, because nothing is there yet: the packages, the Node.js
 * that the project is pinned to, and the programs that are named. What is there already is kept.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { install, unpack, writeStarter } from './debian.mjs';
import {
  hintFor,
  libraryFolders,
  programs,
  startersIn,
  systemOf,
  unpackedIn,
  waysTo,
} from './programs.mjs';
import { runner, watchRunner } from './runner.mjs';

const OLDEST_NODE = 20;
const PINNED_NODE = 26;

const firstRunner = runner();
const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const bin = join(root, 'node_modules', '.bin');
const machine = { system: systemOf(process.platform), isRoot: process.getuid?.() === 0 };

/** For the command. */
const env = {
  ...process.env,
  PATH: [bin, process.env.PATH, startersIn(root)].join(delimiter),
  NODE_COMPILE_CACHE: join(root, '.local', 'compile-cache'), // the second start is a faster one
};

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

function installDependencies() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing the packages of package-lock.json (once; about a minute)');
  const npm = ['ci', '--loglevel=error', '--progress=true'];
  const { status, error } = spawnSync('npm', npm, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(`npm ${npm.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** The Node.js to run TypeScript with: this one if it is new enough, else the one among the packages. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= PINNED_NODE) return;
  const pinned = join(bin, 'node');
  const advice = {
    win32: 'run it in WSL, or use Docker: docker compose up',
    alpine: `apk add nodejs-current (Node.js ${PINNED_NODE} or newer), or use Docker: docker compose up`,
  };
  if (machine.system in advice || !existsSync(pinned)) {
    const what = `no package of Node.js ${PINNED_NODE} runs on ${machine.system} ${process.arch}`;
    fail(`${what}: ${advice[machine.system] ?? 'install it from https://nodejs.org'}`);
  }
  const works = () => spawnSync(pinned, ['--version'], { env }).status === 0;
  const libatomic = {
    what: 'libatomic, which Node.js needs,',
    packages: ['libatomic1'],
    unpack: [],
    hints: {
      debian: 'sudo apt-get install libatomic1',
      darwin: 'not needed',
      fedora: 'sudo dnf install libatomic',
      other: `or install Node.js ${PINNED_NODE}: https://nodejs.org`,
    },
  };
  const unpacked = libraryFolders(unpackedIn(root, 'libatomic'));
  if (unpacked.length > 0) env.LD_LIBRARY_PATH = unpacked.join(delimiter);
  if (works()) return;
  obtain('libatomic', libatomic);
  if (!works()) fail(`${pinned} does not run here: try it by itself to see why`);
}

/** Each returns true if the program is there afterwards. */
const ways = {
  install(_name, { what, packages }) {
    say(`${what} is not installed: apt-get install ${packages.join(' ')}`);
    return install(packages);
  },
  unpack(name, { what, packages, unpack: started }) {
    const folder = unpackedIn(root, name);
    say(`${what} is not installed: unpacking it into .local (once)`);
    if (!unpack(packages, folder)) return false;
    if (name === 'libatomic') env.LD_LIBRARY_PATH = libraryFolders(folder).join(delimiter);
    return started.every((program) => {
      const starter = writeStarter(program, folder, startersIn(root));
      return spawnSync(starter, ['--version']).status === 0;
    });
  },
  docker(_name, { image }) {
    // Rootless engines give the container's files to another user than us.
    const { status, stdout } = spawnSync('docker', ['info', '--format', '{{.SecurityOptions}}'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (status !== 0 || stdout.includes('rootless')) return false;
    if (spawnSync('docker', ['image', 'inspect', image]).status !== 0) {
      const { status: pulled } = spawnSync('docker', ['pull', image], { stdio: 'inherit' });
      if (pulled !== 0) return false;
    }
    say(`running ${image} in Docker`);
    env.REDIS_IMAGE = image;
    return true;
  },
  person(_name, program) {
    const hint = hintFor(program, machine);
    return fail(`${program.what} is needed and is not installed.\n  ${hint}`);
  },
};

function obtain(name, program) {
  const isThere = Boolean(env[program.given] ?? program.find?.(root));
  waysTo(program, { ...machine, isThere }).some((way) => ways[way](name, program));
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
for (const name of wanted) obtain(name, programs[name]);
if (wanted.includes('faketime')) env.LIBFAKETIME ||= programs.faketime.find(root);
if (process.env.npm_lifecycle_event !== undefined && runner() !== firstRunner) process.exit(1);

// The channel closes with us, which ends `npm start` even if we are killed.
const child = spawn(command, args, {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env,
});
let asked = false; // a second signal would end the command at once
child.on('error', (err) => fail(`${command}: ${err.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
process.on('SIGINT', () => (asked = true)); // a terminal sends it to the child as well, which decides
process.on('SIGTERM', () => {
  asked = true;
  child.kill('SIGTERM');
});
if (process.env.npm_lifecycle_event !== undefined) {
  watchRunner(firstRunner, () => asked || child.kill('SIGTERM'));
}
