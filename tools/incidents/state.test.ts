import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFile, type State } from './state.ts';

let parent: string;
let dir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'dockercoins-incident-'));
  dir = join(parent, 'local'); // with Compose, it may not exist yet
});
afterEach(() => rm(parent, { recursive: true }));

const STATE: State = {
  kind: 'processes',
  pid: 1,
  scenario: 'paused-queue',
  seed: 7,
  saved: { scale: { miner: 1, rng: 1 }, maxmemory: '0', failed: 0, at: 1000, tag: 'a1b2c3d4' },
};

const observed = { before: 10, now: 0, afterMs: 5000 };

test('what is written is read by another process', async () => {
  await new StateFile(dir).create(STATE);
  expect(await new StateFile(dir).read()).toEqual(STATE);
  const paged = { ...STATE, page: { at: 2000, symptom: observed, firstFigure: observed } };
  await new StateFile(dir).update(paged);
  expect(await new StateFile(dir).read()).toEqual(paged);
});

test('a second incident is refused, and the first one stays', async () => {
  const file = new StateFile(dir);
  file.checkNone();
  await file.create(STATE);
  expect(() => file.checkNone()).toThrow('an incident is going on');
  await expect(file.create({ ...STATE, seed: 8 })).rejects.toThrow('an incident is going on');
  expect(await file.read()).toEqual(STATE);
});

test('without an incident, there is nothing to read', async () => {
  const file = new StateFile(dir);
  await expect(file.read()).rejects.toThrow('no incident is going on');
  await file.create(STATE);
  await file.delete();
  await expect(file.read()).rejects.toThrow('no incident is going on');
  expect(await readdir(dir)).toEqual([]);
});

test('the file shows nothing at a glance, and only to its owner', async () => {
  const file = new StateFile(dir);
  await file.create(STATE);
  await file.update(STATE);
  const path = join(dir, 'incident.json');
  expect(await readFile(path, 'utf8')).not.toMatch(/paused|queue|scenario/);
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
});
