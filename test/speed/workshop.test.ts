/**
 * Follows the workshop's text with `npm start`. Alone, because most of what the text says is how long something takes.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Addresses } from '../../local/control-app.ts';
import { Control } from '../../local/commands/client.ts';
import { until } from '../../tools/stack/until.ts';
import { followText } from '../workshop/follow.ts';
import { WORK } from '../workshop/known-commands.ts';
import { runInShell, runUntil, startInShell, type ShellCommand } from '../workshop/shell.ts';

const ANY_PORTS = '--port dashboard=0 --port rng=0 --port hasher=0';

let dir: string;
let env: Record<string, string>;
let stack: ShellCommand | undefined;
let addresses: Addresses;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-workshop-'));
  env = { LOCAL_DIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] ?? '' };
});

afterAll(async () => {
  await stop();
  await rm(dir, { recursive: true });
});

async function stop(): Promise<void> {
  stack?.interrupt();
  await stack?.ended;
  stack = undefined;
}

/** Runs `npm start` on free ports, in place of the stack that runs, and resolves to its output so far. */
async function start(command: string): Promise<string> {
  await stop();
  const options = command.includes(' -- ') ? ANY_PORTS : `-- ${ANY_PORTS}`;
  const started = startInShell(`${command} ${options}`, env);
  stack = started;
  await until('a miner has worked', () => WORK.test(started.output()));
  await using control = new Control(dir);
  addresses = await control.addresses();
  return started.output();
}

/** Replaces the addresses in the text with those of the stack. */
function withAddresses(command: string): string {
  const { dashboard, rng = '', hasher = '' } = addresses;
  return command
    .replace('http://localhost:8000', dashboard)
    .replace('http://localhost:8001', rng)
    .replace('http://localhost:8002', hasher);
}

followText('npm', {
  run: (command) =>
    /(^| )npm start\b/.test(command) ? start(command) : runInShell(withAddresses(command), env),
  runUntil: (command, pattern) => runUntil(command, env, pattern),
  dashboard: () => addresses.dashboard,
});

test('Ctrl-C stops everything', async () => {
  await stop();
  await expect(fetch(addresses.dashboard)).rejects.toThrow('fetch failed');
  await using control = new Control(dir);
  await expect(control.replicas()).rejects.toThrow('no stack is running');
});
