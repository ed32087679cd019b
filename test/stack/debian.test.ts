import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Knows packages only after an update into separate lists; there, hello depends on libhello. */
const APT_GET = `#!/bin/sh
echo "$@" >> "$LOG"
case "$*" in
  *update*) ;;
  *State::Lists=*--simulate*) echo 'Inst libhello (1 Debian [amd64])' ;;
  *State::Lists=*download*) touch hello.deb libhello.deb ;;
  *) exit 100 ;;
esac
`;
/** Each package contains a library, and a program of the same name that prints its library path and arguments. */
const DPKG_DEB = `#!/bin/sh
name=$(basename "$2" .deb)
mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
printf '#!/bin/sh\\necho "$LD_LIBRARY_PATH" "$@"\\n' > "$3/usr/bin/$name"
chmod +x "$3/usr/bin/$name"
touch "$3/usr/lib/x86_64-linux-gnu/$name.so"
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-debian-'));
  await mkdir(join(dir, 'tools'));
  for (const [name, script] of Object.entries({ 'apt-get': APT_GET, 'dpkg-deb': DPKG_DEB })) {
    await writeFile(join(dir, 'tools', name), script);
    await chmod(join(dir, 'tools', name), 0o755);
  }
});
afterEach(() => rm(dir, { recursive: true }));

/** Evaluates an expression that may use the exports of debian.mjs. */
function evaluate(expression: string): unknown {
  const script = `
    const { keepStarters, unpack, writeStarter } = await import(${JSON.stringify(resolve('local/debian.mjs'))});
    process.stdout.write(JSON.stringify(${expression}));`;
  const PATH = [join(dir, 'tools'), process.env['PATH']].join(delimiter);
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
      cwd: dir,
      env: { ...process.env, PATH, LOG: join(dir, 'log') },
    }),
  );
}

describe('unpacking packages without root', () => {
  test('includes dependencies, and downloads its own package lists if the system has none', async () => {
    expect(evaluate(`unpack(['hello'], ${JSON.stringify(join(dir, 'unpacked'))})`)).toBe(true);
    expect((await readdir(join(dir, 'unpacked', 'usr', 'bin'))).sort()).toEqual([
      'hello',
      'libhello',
    ]);
    expect(await readdir(join(dir, 'unpacked'))).toEqual(['usr']);
    expect(await readFile(join(dir, 'log'), 'utf8')).toMatch(/download hello libhello\n$/);
  });

  test('leaves nothing behind if it fails', async () => {
    await writeFile(join(dir, 'tools', 'dpkg-deb'), '#!/bin/sh\nexit 1\n');
    expect(evaluate(`unpack(['hello'], ${JSON.stringify(join(dir, 'unpacked'))})`)).toBe(false);
    expect((await readdir(dir)).sort()).toEqual(['log', 'tools']);
  });
});

test('a starter runs its program with the unpacked libraries, even if the path has a space', () => {
  const folder = join(dir, 'a b', 'unpacked');
  evaluate(`unpack(['hello'], ${JSON.stringify(folder)})`);
  evaluate(
    `writeStarter('hello', ${JSON.stringify(folder)}, ${JSON.stringify(join(dir, 'a b', 'bin'))})`,
  );
  const output = execFileSync(join(dir, 'a b', 'bin', 'hello'), ['x y'], { encoding: 'utf8' });
  expect(output).toMatch(/\/unpacked\/usr\/lib\/x86_64-linux-gnu x y\n$/);
});

test('a program that does not start is not kept, so that another way to run it is found', async () => {
  const [folder, bin] = [join(dir, 'unpacked'), join(dir, 'bin')];
  const keep = `keepStarters(['hello'], ${JSON.stringify(folder)}, ${JSON.stringify(bin)})`;
  evaluate(`unpack(['hello'], ${JSON.stringify(folder)})`);
  expect(evaluate(keep)).toBe(true);
  expect(await readdir(bin)).toEqual(['hello']);
  await writeFile(join(folder, 'usr', 'bin', 'hello'), '#!/bin/sh\nexit 127\n');
  expect(evaluate(keep)).toBe(false);
  expect(await readdir(bin)).toEqual([]);
  expect((await readdir(dir)).sort()).toEqual(['bin', 'log', 'tools']);
});
