/**
 * Installs what a command of this project needs, then runs it:
 *
 *     node local/setup.mjs [redis] [chromium] [faketime] [httping] [ab] [kubectl] -- <command> [arguments]
 *
 * It installs the npm packages, the pinned Node.js, and the named programs, unless they are installed already. It is
 * plain JavaScript without dependencies, because it runs before any of that exists.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, keepStarters, unpack, writeStarter } from './debian.mjs';
import {
  hintFor,
  installMethods,
  isInstalled,
  programs,
  startersIn,
  systemOf,
  unpackedIn,
} from './programs.mjs';
import { launcherPid, watchLauncher } from './launcher.mjs';
import { noProxyIn } from './no-proxy.mjs';
import {
  INSTALL_ALL,
  installsWith,
  missingPackages,
  NODE_VERSIONS,
  thisMachine,
} from './packages.mjs';

const PINNED_NODE = 26;
const nodeVersion = Number(process.versions.node.split('.')[0]);

const launcher = launcherPid();
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const machine = { system: systemOf(process.platform), isRoot: process.getuid?.() === 0 };

/** Environment of the command. */
const env = {
  ...process.env,
  ...noProxyIn(process.env),
  PATH: [bin, process.env.PATH, startersIn(root)].join(delimiter),
  NODE_COMPILE_CACHE: join(root, '.local', 'compile-cache'), // makes later starts faster
};

function log(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  log(text);
  process.exit(1);
}

function installDependencies() {
  const isMissing = () => missingPackages(root, thisMachine());
  if (isMissing().length === 0) return;
  log('installing the npm packages in package-lock.json (once; takes about a minute)');
  const npm = ['ci', ...INSTALL_ALL, '--loglevel=error', '--progress=true'];
  const { status, error } = spawnSync('npm', npm, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(`npm ${npm.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  const missing = isMissing();
  if (missing.length > 0) fail(`npm ${npm.join(' ')} did not install ${missing.join(', ')}`);
}

/**
 * Makes sure that `node` in PATH runs TypeScript: the pinned one from npm, which comes first, or else the user's if it is
 * new enough.
 */
function ensureNode() {
  const pinned = join(bin, 'node');
  const advice = {
    win32: 'use WSL, or Docker: docker compose up',
    alpine: `run apk add nodejs-current (Node.js ${PINNED_NODE} or newer), or use Docker: docker compose up`,
  };
  if (machine.system in advice || !existsSync(pinned)) {
    if (nodeVersion >= PINNED_NODE) return;
    const problem = `expected Node.js ${PINNED_NODE} or newer, found ${process.version}; no npm package provides it for ${machine.system} ${process.arch}`;
    fail(`${problem}: ${advice[machine.system] ?? 'install it from https://nodejs.org'}`);
  }
  const works = () => spawnSync(pinned, ['--version'], { env }).status === 0;
  const libatomic = {
    what: 'libatomic, a library that Node.js needs,',
    packages: ['libatomic1'],
    unpack: [],
    hints: {
      debian: 'sudo apt-get install libatomic1',
      darwin: 'not needed',
      fedora: 'sudo dnf install libatomic',
      other: `or install Node.js ${PINNED_NODE}: https://nodejs.org`,
    },
  };
  const folder = unpackedIn(root, 'libatomic');
  const program = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  // npm puts `bin` first in PATH, so the next setup runs with this Node.js and must find the library.
  const useUnpacked = () => existsSync(folder) && writeStarter('node', folder, bin, program);
  if (works()) return;
  useUnpacked(); // npm may have replaced the starter
  if (works()) return;
  ensureProgram('libatomic', libatomic);
  useUnpacked();
  if (!works()) fail(`${pinned} does not start: run it by itself to see why`);
}

/** Each returns true if the program can be used afterwards. */
const methods = {
  install(_name, { what, packages }) {
    log(`${what} is not installed; running apt-get install ${packages.join(' ')}`);
    return install(packages);
  },
  unpack(name, { what, packages, unpack: executables }) {
    const folder = unpackedIn(root, name);
    log(`${what} is not installed; unpacking it into .local (once)`);
    if (!unpack(packages, folder)) return false;
    return keepStarters(executables, folder, startersIn(root));
  },
  docker(_name, { image }) {
    // A rootless engine maps our user to another one, so the files it writes would not be ours.
    const { status, stdout } = spawnSync('docker', ['info', '--format', '{{.SecurityOptions}}'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (status !== 0 || stdout.includes('rootless')) return false;
    if (spawnSync('docker', ['image', 'inspect', image]).status !== 0) {
      const pull = spawnSync('docker', ['pull', image], { stdio: 'inherit' });
      if (pull.status !== 0) return false;
    }
    log(`running ${image} in Docker`);
    env.REDIS_IMAGE = image;
    return true;
  },
  manual(_name, program) {
    return fail(`${program.what} is not installed. Install it:\n  ${hintFor(program, machine)}`);
  },
};

function ensureProgram(name, program) {
  const order = installMethods(program, {
    ...machine,
    isInstalled: isInstalled(program, root, env),
  });
  order.some((method) => methods[method](name, program));
}

if (!installsWith(process.versions.node)) {
  fail(
    `expected Node.js ${NODE_VERSIONS}, found ${process.version}: install one from https://nodejs.org`,
  );
}
// Vite takes what follows for the fragment or the query of a URL.
const [misread] = /[#?]/.exec(root) ?? [];
if (misread !== undefined) {
  fail(
    `the page cannot be built in a folder with "${misread}" in its path: move or rename ${root}`,
  );
}
const separator = process.argv.indexOf('--');
const required = process.argv.slice(2, separator);
const [command, ...args] = process.argv.slice(separator + 1);
// `pnpm start -- --fast` passes on the separator, too; npm does not.
if (args.includes('--')) args.splice(args.indexOf('--'), 1);

installDependencies();
ensureNode();
for (const name of required) ensureProgram(name, programs[name]);
if (required.includes('faketime')) env.LIBFAKETIME ||= programs.faketime.find(root);
const { npm_lifecycle_event: script } = process.env;
if (script !== undefined && launcherPid() !== launcher) process.exit(1);

// Otherwise, `top` shows "node-MainThread" for both. A program may change its title: the supervisor does.
process.title = 'setup';
if (command === 'node' && script !== undefined) args.unshift(`--title=${script}`);

// The IPC channel closes when this process ends, even if it is killed; `npm start` then stops.
const child = spawn(command, args, {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env,
});
let isStopping = false; // a second signal would make the command quit immediately
child.on('error', (err) => fail(`${command}: ${err.message}`));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
process.on('SIGINT', () => (isStopping = true)); // the terminal sends it to the command, too
process.on('SIGTERM', () => {
  isStopping = true;
  child.kill('SIGTERM');
});
if (script !== undefined) {
  watchLauncher(launcher, () => isStopping || child.kill('SIGTERM'));
}
