/**
 * Debian and Ubuntu packages: installed as root, or unpacked into a folder without root.
 * @module
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { libraryFolders } from './programs.mjs';

/** Installs packages; requires root. Returns false if that fails. */
export function install(packages) {
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}

/**
 * Unpacks packages and their missing dependencies into `folder`, without root. Returns false if one cannot be
 * downloaded or unpacked; then the folder is unchanged.
 */
export function unpack(packages, folder) {
  const fresh = `${folder}.new`;
  const debs = join(fresh, 'debs');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(debs, { recursive: true });
  const ok =
    (download(packages, debs) || downloadWithOwnLists(packages, debs, join(fresh, 'apt'))) &&
    readdirSync(debs).every((deb) => succeeds('dpkg-deb', ['-x', join(debs, deb), fresh]));
  for (const name of ['debs', 'apt']) rmSync(join(fresh, name), { recursive: true, force: true });
  if (ok) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  rmSync(fresh, { recursive: true, force: true });
  return ok;
}

function download(packages, folder, options = []) {
  const plan = spawnSync(
    'apt-get',
    [...options, '--simulate', '--no-install-recommends', 'install', ...packages],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
  );
  if (plan.status !== 0) return false;
  const missing = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  const wanted = new Set([...packages, ...missing]);
  return succeeds('apt-get', [...options, '-qq', 'download', ...wanted], folder);
}

/** The system's package lists may be missing, as in container images, or outdated. */
function downloadWithOwnLists(packages, folder, apt) {
  mkdirSync(join(apt, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    ['-o', `Dir::State::Lists=${join(apt, 'lists')}`],
    ['-o', `Dir::Cache=${join(apt, 'cache')}`],
  ].flat();
  return succeeds('apt-get', [...options, '-qq', 'update']) && download(packages, folder, options);
}

function succeeds(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/**
 * Writes a script to `bin` that starts a program with the unpacked libraries in `folder`; by default the unpacked program
 * of that name. Returns its path.
 */
export function writeStarter(name, folder, bin, program = join(folder, 'usr', 'bin', name)) {
  mkdirSync(bin, { recursive: true });
  const starter = join(bin, name);
  // Paths are relative to the script, so that the project can be moved.
  const inScript = (path) => `$here/${relative(bin, path)}`;
  const libraries = libraryFolders(folder).map(inScript);
  const fresh = `${starter}.new`; // the starter may be a link of npm's, which writing would follow
  writeFileSync(
    fresh,
    `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
LD_LIBRARY_PATH="${libraries.join(':')}" exec "${inScript(program)}" "$@"
`,
  );
  chmodSync(fresh, 0o755);
  renameSync(fresh, starter);
  return starter;
}

/**
 * Writes starters for unpacked programs to `bin`. Returns false if one does not start; then they and `folder` are deleted,
 * because a starter would be preferred to other ways to run the program.
 */
export function keepStarters(names, folder, bin) {
  const starters = names.map((name) => writeStarter(name, folder, bin));
  const starts = (starter) =>
    ['--version', '-V'].some((option) => spawnSync(starter, [option]).status === 0);
  if (starters.every(starts)) return true;
  for (const path of [...starters, folder]) rmSync(path, { recursive: true, force: true });
  return false;
}
