/**
 * `main.ts NAME COMMAND…` runs a checker on the files that changed since it last passed. With `--importers`, it also
 * checks all that import those, directly or not, since types may have changed there, too. The first time, and after a
 * change of a setting or a package, the checker gets no list of files: it checks everything.
 */
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const CACHES = '.local/check';
const SETTINGS =
  /(^|\/)(package-lock\.json|tsconfig\.json|\.oxfmtrc\.json|\.editorconfig|oxlint\.config\.ts|[^/]+\.d\.mts)$/;

/** As this repository writes them: with the extension, or by the name of a workspace. */
const IMPORTED = /'(?:(\.\.?\/[^']+)|@dockercoins\/([^']+))'/g;

const {
  values: { importers = false },
  positionals: [name = '', command = '', ...args],
} = parseArgs({ options: { importers: { type: 'boolean' } }, allowPositionals: true });

const sources = new Map(
  globSync(['**/*.*', '.*.*', '.editorconfig', '.{ci,devcontainer,github}/**/*.*'], {
    exclude: ['.git', '.local', '**/node_modules', '**/dist', '**/.svelte-check'],
  }).map((file) => [file, readFileSync(file, 'utf8')]),
);
const hashes = Object.fromEntries([...sources].map(([file, text]) => [file, hash('sha1', text)]));
const cache = join(CACHES, `${name}.json`);
const passed = readJson(cache);

const changed = new Set([...sources.keys()].filter((file) => passed?.[file] !== hashes[file]));
const all = !passed || [...changed].some((file) => SETTINGS.test(file));
if (importers && !all) addImporters(changed);

if (changed.size > 0) {
  const { status } = spawnSync(command, [...args, ...(all ? [] : changed)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(CACHES, { recursive: true });
  writeFileSync(cache, JSON.stringify(hashes));
}

function addImporters(files: Set<string>) {
  const importersOf = new Map<string, string[]>();
  for (const [file, text] of sources) {
    for (const [, path, inWorkspace] of text.matchAll(IMPORTED)) {
      const imported = path ? join(dirname(file), path) : `${inWorkspace}.ts`;
      importersOf.set(imported, [...(importersOf.get(imported) ?? []), file]);
    }
  }
  // A set also visits what is added meanwhile.
  for (const file of files) {
    for (const importer of importersOf.get(file) ?? []) files.add(importer);
  }
}

function readJson(file: string): Record<string, string> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch {
    return undefined;
  }
}
