/**
 * Whichever process of `npm start` is killed, all others exit, and the next start continues with the same data.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KilledStacks } from '../support/killed-stacks.ts';
import { treeOf, untilGone, type victims } from '../support/process-tree.ts';
import { killProcessesIn, processesIn } from '../../tools/stack/processes-in.ts';
import type { StackChoice } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Empty is as good as unset: the page is built. */
const BUILD = { PAGE_DIR: '' };

const running = new AsyncDisposableStack();
let stacks: KilledStacks;
beforeAll(async () => {
  stacks = running.use(await KilledStacks.create());
});
afterAll(() => running.disposeAsync());

describe('all processes exit', () => {
  test.each<[string, keyof typeof victims, NodeJS.Signals, StackChoice]>([
    ['npm is killed, which has built the page', 'npm', 'SIGKILL', { npm: true, env: BUILD }],
    ['npm is terminated', 'npm', 'SIGTERM', { npm: true }],
    ['setup.mjs is killed', 'setup', 'SIGKILL', { npm: true }],
    ['the supervisor is killed', 'supervisor', 'SIGKILL', {}],
    ['the supervisor is killed below npm', 'supervisor', 'SIGKILL', { npm: true }],
    ['the supervisor is killed with --dev', 'supervisor', 'SIGKILL', { args: ['--dev'] }],
  ])('if %s', (_event, victim, signal, choice) => stacks.expectAllExit(victim, signal, choice));

  test('if the supervisor is killed while it starts the services', async () => {
    const { dir } = stacks;
    const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
    using undo = new DisposableStack();
    const main = spawn(process.execPath, ['local/cli.ts', 'start', ...ports], {
      env: { ...process.env, LOCAL_DIR: dir, TMPDIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] },
      stdio: 'ignore',
    });
    undo.defer(() => void killProcessesIn(dir));
    const exited = once(main, 'exit');
    const tree = await until('a miner is starting', async () => {
      const processes = await treeOf(main.pid ?? NaN);
      return processes.some(({ args }) => /\bminer(?:-1|\/main)/.test(args)) && processes;
    });
    main.kill('SIGKILL');
    await exited;
    await untilGone(tree);
    await until('none that started since is left', () => processesIn(dir).length === 0);
  });
});

test('the next start continues to count and exits cleanly', async () => {
  await using stack = await stacks.start();
  expect(await stack.stop('SIGINT')).toBe(0);
});
