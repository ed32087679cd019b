/**
 * Whichever process of `npm start` is killed, all others exit, and the next start continues with the same data.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { treeOf, untilGone, victims } from '../support/process-tree.ts';
import { killProcessesIn, processesIn } from '../../tools/stack/processes-in.ts';
import { startStackProcess, type RunningStack, type StackChoice } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const QUICK = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '20', MINER_WORK_MS: '20' };

/** Empty is as good as unset: the page is built. */
const BUILD = { PAGE_DIR: '' };

/** Data of all stacks, each of which continues with those of the one before it. */
let dir: string;
let loops = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Starts a stack, and waits until it continues to count from where the last one was killed. */
async function start(choice: StackChoice = {}): Promise<RunningStack> {
  await using starting = new AsyncDisposableStack();
  const stack = starting.use(
    await startStackProcess({ ...choice, env: { ...QUICK, ...choice.env }, dir }),
  );
  const first = await until('the dashboard has a frame', stack.frame);
  expect(first.loops).toBeGreaterThanOrEqual(loops);
  loops = await until('the stack mines', async () => {
    const latest = await stack.frame();
    return latest !== undefined && latest.loops > first.loops + 5 && latest.loops;
  });
  starting.move();
  return stack;
}

describe('all processes exit', () => {
  test.each<[string, keyof typeof victims, NodeJS.Signals, StackChoice]>([
    ['npm is killed, which has built the page', 'npm', 'SIGKILL', { npm: true, env: BUILD }],
    ['npm is terminated', 'npm', 'SIGTERM', { npm: true }],
    ['setup.mjs is killed', 'setup', 'SIGKILL', { npm: true }],
    ['the supervisor is killed', 'supervisor', 'SIGKILL', {}],
    ['the supervisor is killed below npm', 'supervisor', 'SIGKILL', { npm: true }],
    ['the supervisor is killed with --dev', 'supervisor', 'SIGKILL', { args: ['--dev'] }],
  ])('if %s', async (_event, victim, signal, choice) => {
    await using stack = await start(choice);
    const tree = await treeOf(stack.pid);
    expect(tree.some(({ args }) => args.includes('redis-server'))).toBe(true);
    const found = victims[victim](tree);
    if (found === undefined) throw new Error(`no ${victim} in ${JSON.stringify(tree)}`);
    process.kill(found.pid, signal);
    await untilGone(tree);
  });

  test('if the supervisor is killed while it starts the services', async () => {
    const ports = ['dashboard', 'rng', 'hasher'].flatMap((name) => ['--port', `${name}=0`]);
    using undo = new DisposableStack();
    const main = spawn(process.execPath, ['local/cli.ts', 'start', ...ports], {
      env: { ...process.env, LOCAL_DIR: dir, TMPDIR: dir, PAGE_DIR: process.env['BUILT_PAGE'] },
      stdio: 'ignore',
    });
    undo.defer(() => void killProcessesIn(dir));
    const exited = once(main, 'exit');
    const treeWith = async (pattern: RegExp) => {
      const processes = await treeOf(main.pid ?? NaN);
      return processes.some(({ args }) => pattern.test(args)) && processes;
    };
    await until('Redis runs', () => treeWith(/redis-server/));
    // A wait of its own, because the first looks of a wait follow each other closely.
    const tree = await until('a miner is starting', () => treeWith(/\bminer(?:-1|\/main)/));
    main.kill('SIGKILL');
    await exited;
    await untilGone(tree);
    await until('none that started since is left', () => processesIn(dir).length === 0);
  });
});

test('the next start continues to count and exits cleanly', async () => {
  await using stack = await start();
  expect(await stack.stop('SIGINT')).toBe(0);
});
