/**
 * The npm packages in `node_modules`, compared with those in `package-lock.json`.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Options that make npm install every package, whatever its environment and `.npmrc` say. No package needs its scripts, so
 * `ignore-scripts` stays the user's choice.
 */
export const INSTALL_ALL = [
  '--include=dev',
  '--include=optional',
  '--include=peer',
  '--bin-links=true',
  '--dry-run=false',
];

/** The oldest minor version of these Node.js, and of later ones any, with which npm installs everything. */
const OLDEST_MINORS = { 20: 19, 22: 12 };

/** These versions, for people: "20.19, 22.12 or newer". */
export const NODE_VERSIONS = `${Object.entries(OLDEST_MINORS)
  .map((version) => version.join('.'))
  .join(', ')} or newer`;

/**
 * Returns true if npm installs all packages with this Node.js (`process.versions.node`). Of a package for particular machines, such
 * as Rolldown's binary, npm leaves out what does not name this version in its `engines`, without a word.
 */
export function installsWith(version) {
  const [major, minor] = version.split('.').map(Number);
  const newest = Math.max(...Object.keys(OLDEST_MINORS).map(Number));
  return major > newest || minor >= OLDEST_MINORS[major];
}

/** This machine, in the words of `package.json`. */
export function thisMachine() {
  return { os: process.platform, cpu: process.arch, libc: libc() };
}

/**
 * Returns the folders of the packages that `machine` needs and that are not installed in `root`, or in another version.
 * npm lists what it has installed in `node_modules/.package-lock.json` once it is done.
 */
export function missingPackages(root, machine) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  return Object.keys(wanted).filter(
    (folder) =>
      folder !== '' &&
      isNeeded(wanted[folder], machine) &&
      !(wanted[folder].version === installed[folder]?.version && existsSync(join(root, folder))),
  );
}

/** An optional package for no particular machine, such as a fallback, may be missing. */
function isNeeded({ optional = false, os, cpu, libc }, machine) {
  const isForMachine = os !== undefined || cpu !== undefined;
  const fits = [
    [os, machine.os],
    [cpu, machine.cpu],
    [libc, machine.libc],
  ].every(([allowed, value]) => allowed === undefined || [allowed].flat().includes(value));
  return fits && (!optional || isForMachine);
}

/** Returns an empty object if there is no such file, or if an interrupted installation left half of it. */
function packagesIn(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  } catch {
    return {};
  }
}

function libc() {
  if (process.platform !== 'linux') return undefined;
  process.report.excludeNetwork = true; // reverse lookups take seconds
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}
