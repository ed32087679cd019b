/**
 * The programs that commands of this project need, and the ways to get them.
 * @module
 */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Unpacked packages, one folder for each program. */
export const unpackedIn = (root, name) => join(root, '.local', 'debian', name);

/** Starters of unpacked programs; at the end of PATH. */
export const startersIn = (root) => join(root, '.local', 'bin');

/**
 * - `what`: what to call it
 * - `given`: the setting that makes the program unnecessary or says where it is
 * - `find`: where it is, or undefined
 * - `packages`: of Debian; the first brings the others along
 * - `unpack`: what to start from the unpacked packages; undefined if they need more than their own files
 * - `image`: runs it in Docker
 */
export const programs = {
  redis: {
    what: 'redis-server or valkey-server',
    given: 'REDIS_URL',
    find: (root) => inPath(root, ['redis-server', 'valkey-server']),
    packages: ['redis-server', 'redis-tools'],
    unpack: ['redis-server'],
    image: 'redis:8',
    hints: {
      debian: 'sudo apt-get install redis-server',
      alpine: 'apk add redis',
      darwin: 'brew install redis',
      fedora: 'sudo dnf install valkey',
      other: 'or use one that runs: REDIS_URL=redis://host:6379 npm start',
    },
  },
  chromium: {
    what: 'Chromium or Chrome',
    given: 'CHROMIUM',
    find: (root) =>
      inPath(root, ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']),
    packages: ['chromium'],
    hints: {
      debian: 'sudo apt-get install chromium',
      alpine: 'apk add chromium',
      darwin: 'brew install --cask chromium',
      fedora: 'sudo dnf install chromium',
      other: 'or name one: CHROMIUM=/path/to/chrome npm test',
    },
  },
  /** A library to preload; the command finds its path in LIBFAKETIME. */
  faketime: {
    what: 'libfaketime',
    given: 'LIBFAKETIME',
    find: (root) => inLibraries(root, 'faketime', 'faketime/libfaketime.so.1'),
    packages: ['faketime', 'libfaketime'],
    unpack: [],
    hints: {
      debian: 'sudo apt-get install faketime',
      alpine: 'apk add libfaketime',
      darwin: 'brew install libfaketime, and set LIBFAKETIME to its .dylib',
      fedora: 'sudo dnf install libfaketime',
      other: 'or name it: LIBFAKETIME=/path/to/libfaketime.so.1 npm test',
    },
  },
};

const SYSTEMS = { debian: 'Debian, Ubuntu', alpine: 'Alpine', darwin: 'macOS', fedora: 'Fedora' };

/** What a person can do to get a program; one line for each system if we do not know this one. */
export function hintFor({ hints }, { system }) {
  if (system === 'win32') return 'Windows: run it in WSL, or use Docker: docker compose up';
  const known = Object.entries(SYSTEMS).filter(([key]) => key === system);
  const lines = (known.length > 0 ? known : Object.entries(SYSTEMS)).map(
    ([key, name]) => `${name}: ${hints[key]}`,
  );
  return [...lines, hints.other].join('\n  ');
}

/**
 * How to get a program on a machine, in the order to try: empty if it is there already or given.
 * `person` is the last one: tell whoever started us what to do.
 */
export function waysTo({ unpack, image }, { isThere, system, isRoot }) {
  if (isThere) return [];
  const ways = [];
  if (system === 'debian' && isRoot) ways.push('install');
  if (system === 'debian' && !isRoot && unpack !== undefined) ways.push('unpack');
  if (image !== undefined && system !== 'win32') ways.push('docker');
  return [...ways, 'person'];
}

/** debian, alpine, fedora, or what Node.js calls the platform. */
export function systemOf(platform) {
  if (platform !== 'linux') return platform;
  const marks = { debian: '/etc/debian_version', alpine: '/etc/alpine-release' };
  const [name] = Object.entries(marks).find(([, file]) => existsSync(file)) ?? [];
  return name ?? (existsSync('/etc/fedora-release') ? 'fedora' : platform);
}

function inPath(root, names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), startersIn(root)];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps libraries in a folder for each architecture. */
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
