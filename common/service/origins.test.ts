import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrigins } from './origins.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-origins-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Returns the URL of a file with this content. */
async function fileOf(content: string): Promise<string> {
  const path = join(dir, 'rng origins');
  await writeFile(path, content);
  return pathToFileURL(path).href;
}

test('origins from the settings stay as they are', async () => {
  expect(await readOrigins(['http://rng', 'http://other:81'])).toEqual([
    'http://rng',
    'http://other:81',
  ]);
});

test('a file is replaced by its lines', async () => {
  const url = await fileOf('http://127.0.0.1:8001\nhttp://127.0.0.1:8011\n');
  expect(await readOrigins([url, 'http://rng'])).toEqual([
    'http://127.0.0.1:8001',
    'http://127.0.0.1:8011',
    'http://rng',
  ]);
});

test('an empty file is an error that names it', async () => {
  const url = await fileOf('\n');
  await expect(readOrigins([url])).rejects.toThrow(`no replicas in ${url}`);
});

test.each(['rng:80', 'http://rng/path', 'ftp://rng'])(
  'a file with the line %s is rejected',
  async (line) => {
    const url = await fileOf(`http://127.0.0.1:8001\n${line}\n`);
    await expect(readOrigins([url])).rejects.toThrow(
      `expected a line like http://host:8001, got "${line}"`,
    );
  },
);

test('a missing file is an error that names it', async () => {
  await expect(readOrigins([pathToFileURL(join(dir, 'none')).href])).rejects.toThrow(
    join(dir, 'none'),
  );
});
