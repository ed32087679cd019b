/**
 * The programs that this project's commands need, and how to install them.
 * @module
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

/** Folder of the unpacked packages of a program. */
export const unpackedIn = (root, name) => join(root, '.local', 'debian', name);

/** Folder of the scripts that start unpacked programs; last in PATH. */
export const startersIn = (root) => join(root, '.local', 'bin');

const REDIS = ['redis-server', 'valkey-server'];
const KUBECTL = ['kubectl'];
const HTTPING = ['httping'];
const AB = ['ab'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * - `what`: its name in messages
 * - `setting`: the environment variable that locates the program or makes it unnecessary
 * - `names`: of its executable, in the order of preference
 * - `find`: returns its path, or undefined
 * - `packages`: Debian packages; the first depends on the others
 * - `unpack`: executables to run from the unpacked packages; undefined if unpacking is not enough
 * - `image`: Docker image to use instead
 */
export const programs = {
  redis: {
    what: 'redis-server or valkey-server',
    setting: 'REDIS_URL',
    names: REDIS,
    find: (root) => findProgram(REDIS, [startersIn(root)]),
    packages: ['redis-server', 'redis-tools'],
    unpack: ['redis-server'],
    image: 'redis:8',
    hints: {
      debian: 'sudo apt-get install redis-server',
      alpine: 'apk add redis',
      darwin: 'brew install redis',
      fedora: 'sudo dnf install valkey',
      other: 'or use an existing Redis: REDIS_URL=redis://host:6379 npm start',
    },
  },
  chromium: {
    what: 'Chromium or Chrome',
    setting: 'CHROMIUM',
    names: CHROMIUM,
    find: () => findProgram(CHROMIUM),
    packages: ['chromium', 'chromium-headless-shell'],
    hints: {
      debian: 'sudo apt-get install chromium',
      alpine: 'apk add chromium',
      darwin: 'brew install --cask chromium',
      fedora: 'sudo dnf install chromium',
      other: 'or set its path: CHROMIUM=/path/to/chrome npm test',
    },
  },
  kubectl: {
    what: 'kubectl',
    setting: 'KUBECTL',
    names: KUBECTL,
    find: () => findProgram(KUBECTL),
    packages: ['kubectl'],
    hints: {
      debian: 'sudo apt-get install kubectl (Debian 13 or newer)',
      alpine: 'apk add kubectl',
      darwin: 'brew install kubectl',
      fedora: 'sudo dnf install kubernetes-client',
      other: 'or set its path: KUBECTL=/path/to/kubectl npm run test:kubernetes',
    },
  },
  httping: {
    what: 'httping',
    setting: 'HTTPING',
    names: HTTPING,
    find: (root) => findProgram(HTTPING, [startersIn(root)]),
    packages: ['httping'],
    unpack: ['httping'],
    hints: {
      debian: 'sudo apt-get install httping',
      alpine: 'apk add httping',
      darwin: 'brew install httping',
      fedora: 'sudo dnf install httping',
      other: 'the workshop uses it, and so do its tests',
    },
  },
  ab: {
    what: 'ab (ApacheBench)',
    setting: 'AB',
    names: AB,
    find: (root) => findProgram(AB, [startersIn(root)]),
    packages: ['apache2-utils'],
    unpack: ['ab'],
    hints: {
      debian: 'sudo apt-get install apache2-utils',
      alpine: 'apk add apache2-utils',
      darwin: 'it is part of macOS: /usr/sbin/ab',
      fedora: 'sudo dnf install httpd-tools',
      other: 'the workshop uses it, and so do its tests',
    },
  },
  /** A library for LD_PRELOAD; setup.mjs passes its path in LIBFAKETIME. */
  faketime: {
    what: 'libfaketime',
    setting: 'LIBFAKETIME',
    find: (root) => inLibraries(root, 'faketime', 'faketime/libfaketime.so.1'),
    packages: ['faketime', 'libfaketime'],
    unpack: [],
    hints: {
      debian: 'sudo apt-get install faketime',
      alpine: 'apk add libfaketime',
      darwin: 'brew install libfaketime, and set LIBFAKETIME to its .dylib',
      fedora: 'sudo dnf install libfaketime',
      other: 'or set its path: LIBFAKETIME=/path/to/libfaketime.so.1 npm test',
    },
  },
};

/** Returns true if a program is installed, or if a setting, or the file that it names, makes it unnecessary. */
export function isInstalled({ setting, find }, root, env) {
  // An empty variable counts as not set, as in all services.
  return Boolean(env[setting] || env[`${setting}_FILE`] || find?.(root));
}

const SYSTEMS = { debian: 'Debian, Ubuntu', alpine: 'Alpine', darwin: 'macOS', fedora: 'Fedora' };

/** Returns how to install a program by hand: one line for `system`, or for each system if it is not among them. */
export function hintFor({ hints }, { system }) {
  if (system === 'win32') return 'Windows: use WSL, or Docker: docker compose up';
  const known = Object.entries(SYSTEMS).filter(([key]) => key === system);
  const lines = (known.length > 0 ? known : Object.entries(SYSTEMS)).map(
    ([key, name]) => `${name}: ${hints[key]}`,
  );
  return [...lines, hints.other].join('\n  ');
}

/**
 * Returns the ways to install a program, in order of preference; empty if it is installed. The last resort is `manual`:
 * ask the user to do it.
 */
export function installMethods({ unpack, image }, { isInstalled, system, isRoot }) {
  if (isInstalled) return [];
  const methods = [];
  if (system === 'debian' && isRoot) methods.push('install');
  if (system === 'debian' && !isRoot && unpack !== undefined) methods.push('unpack');
  if (image !== undefined && system !== 'win32') methods.push('docker');
  return [...methods, 'manual'];
}

/** Returns debian (also for Ubuntu), alpine, fedora, or else Node.js' name for the platform. */
export function systemOf(platform) {
  if (platform !== 'linux') return platform;
  const markers = { debian: '/etc/debian_version', alpine: '/etc/alpine-release' };
  const [name] = Object.entries(markers).find(([, file]) => existsSync(file)) ?? [];
  return name ?? (existsSync('/etc/fedora-release') ? 'fedora' : platform);
}

/** Returns the path of the first of these programs that is in PATH or in `moreFolders`, or undefined. */
export function findProgram(names, moreFolders = []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...moreFolders];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Returns the command-line program of Redis on this machine: that of Valkey if only this is installed. */
export function redisCli() {
  const found = findProgram(['redis-cli', 'valkey-cli']);
  return found === undefined ? 'redis-cli' : basename(found);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the library folders below `root`, including Debian's, one for each architecture. */
export function libraryFolders(root) {
  return ['usr/lib', 'usr/lib64', 'lib'].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    const architectures = readdirSync(path).filter((name) => /-linux-(gnu|musl)/.test(name));
    return [path, ...architectures.map((name) => join(path, name))];
  });
}

function inLibraries(root, name, file) {
  return ['/', unpackedIn(root, name)]
    .flatMap((folder) => libraryFolders(folder).map((libraries) => join(libraries, file)))
    .find(existsSync);
}
