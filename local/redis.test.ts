import { mkdir, mkdtempDisposable, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deleteRedisData } from './redis.ts';

test('a reset deletes what Redis has stored, before 7.0 and since, and nothing else', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'redis-data-'));
  const path = (...names: string[]) => join(folder.path, ...names);
  await mkdir(path('appendonlydir'));
  await writeFile(path('appendonlydir', 'appendonly.aof.1.incr.aof'), '');
  await writeFile(path('appendonly.aof'), '');
  await writeFile(path('port'), '1234');
  await deleteRedisData(folder.path);
  expect(await readdir(folder.path)).toEqual(['port']);
});
