/**
 * `npm run incident` on a running stack: from the page to the answer, and what happens to an incident that is interrupted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachProcesses } from '../../tools/stack/deployment/processes.ts';
import { connect } from '../../tools/stack/deployment/connect.ts';
import { openTerminal } from '../support/closing-terminal.ts';
import { runCommand } from '../support/run-command.ts';
import { startStackProcess, type RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

let dir: string;
let stack: RunningStack;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dockercoins-stack-'));
});
afterAll(() => rm(dir, { recursive: true }));

const INCIDENT = ['local/cli.ts', 'incident'];
/** A Compose stack that happens to run is none of our business. */
const env = () => ({
  ...process.env,
  LOCAL_DIR: dir,
  COMPOSE_PROJECT_NAME: 'dockercoins-none',
});

/** Runs `npm run incident`, and resolves to its exit status and all it printed. */
async function run(...args: string[]) {
  const { status, stdout, stderr } = await runCommand(['incident', ...args], env());
  return { code: status, output: stdout + stderr };
}

/** Resolves to the names of all replicas. */
async function names(): Promise<string[]> {
  await using deployment = await attachProcesses(dir);
  return (await deployment.replicas()).map(({ name }) => name).sort();
}

const ORIGINAL = ['dashboard-1', 'hasher-1', 'miner-1', 'producer-1', 'redis', 'rng-1'];

const stateFiles = async () => (await readdir(dir)).filter((name) => name.startsWith('incident'));

/** Starts the paused-queue incident in the background, and resolves once it has recorded it. */
async function startInBackground() {
  const child = spawn(process.execPath, [...INCIDENT, '--only', 'paused-queue'], {
    env: env(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const incident = {
    child,
    exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL'); // unless it has exited
      await exited;
    },
  };
  await using starting = new AsyncDisposableStack();
  starting.use(incident);
  await until('it is recorded', async () => (await stateFiles()).length > 0);
  starting.move();
  return incident;
}

test('without a stack, it says so', async () => {
  const { code, output } = await run();
  expect(code).toBe(1);
  expect(output).toContain('no stack is running: start one with npm start or docker compose up -d');
});

test.each(['--answer', '--give-up'])('%s without an incident says so', async (option) => {
  expect(await run(option)).toEqual({
    code: 1,
    output: 'no incident is going on: start one with npm run incident\n',
  });
});

test('--list shows all scenarios', async () => {
  const { code, output } = await run('--list');
  expect(code).toBe(0);
  expect(output.trim().split('\n').length).toBeGreaterThan(8);
});

test('wrong arguments have status 2', async () => {
  const { code, output } = await run('--only', 'nothing');
  expect(code).toBe(2);
  expect(output).toContain('npm run incident -- [options]');
});

describe('on a running stack', () => {
  beforeAll(async () => {
    stack = await startStackProcess({ dir });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  test('a stack with a problem stays as it is', async () => {
    await using deployment = await attachProcesses(dir);
    await using connections = connect(deployment);
    const { queue } = connections;
    await queue.pause();
    await until('the page says so', async () =>
      (await stack.frame())?.problems.some(({ text }) => text.startsWith('The queue is paused')),
    );
    try {
      const { code, output } = await run();
      expect(code).toBe(1);
      expect(output).toBe(
        'the stack has a problem already: The queue is paused: miners take no jobs.\n',
      );
      expect(await queue.isPaused()).toBe(true);
      expect(await stateFiles()).toEqual([]);
    } finally {
      await queue.resume();
    }
  });

  test('a page, wrong answers, the right one in a terminal, and the stack is as before', async () => {
    const { code, output } = await run('--only', 'paused-queue');
    expect(code).toBe(0);
    expect(output).toMatch(/^\d\d:\d\d speed dropped from \d+(\.\d)? to [01](\.\d)? hashes\/s$/m);
    expect(output).not.toContain('paused');
    const state = await readFile(join(dir, 'incident.json'), 'utf8');
    expect(state).not.toMatch(/paused|queue/);

    await until(
      'the page hides its problems',
      async () => (await stack.frame())?.showsProblems === false,
    );
    const second = await run();
    expect(second.code).toBe(1);
    expect(second.output).toContain('an incident is going on');
    const choices = await run('--answer');
    expect(choices.code).toBe(2);
    expect(choices.output).toMatch(/ 5 {2}queue\n[^]* \d {2}paused\n/);
    expect(await run('--answer', 'miner', 'paused')).toEqual({
      code: 1,
      output:
        'The cause is right, but it is another part. Try again: npm run incident -- --answer\n',
    });
    const unknown = await run('--answer', 'queue', 'empty');
    expect(unknown.code).toBe(2);
    expect(unknown.output).toContain('expected a cause or its number, got "empty"');

    const command = [process.execPath, ...INCIDENT, '--answer'].join(' ');
    const terminal = spawn('script', ['--quiet', '--return', '-c', command, '/dev/null'], {
      env: env(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(terminal, 'exit');
    await using ends = new AsyncDisposableStack();
    ends.defer(async () => {
      terminal.kill(); // unless it has exited
      await exited;
    });
    let screen = '';
    terminal.stdout.on(
      'data',
      (chunk: Buffer) => (screen += stripVTControlCharacters(chunk.toString())),
    );
    const enter = async (prompt: string, text: string) => {
      await until(
        `it asks ${prompt}`,
        () => screen.trimEnd().endsWith('>') && screen.includes(prompt),
      );
      screen = '';
      terminal.stdin.write(`${text}\n`);
    };
    await enter('With which part?', '3');
    await enter('What is wrong?', '1');
    await enter('Try again', 'queue');
    await enter('What is wrong?', 'paused');
    expect(await exited).toEqual([0, null]);
    expect(screen).toMatch(/Right, after (\d+ min )?\d+ s\./);
    expect(screen).toContain('First to show it');
    expect(screen).toMatch(
      /The stack is healthy again: [23]\.\d hashes\/s, 1 miner, no problems\./,
    );

    expect(await names()).toEqual(ORIGINAL);
    expect(await stateFiles()).toEqual([]);
  });

  test('Ctrl-C before the page restores the stack', async () => {
    await using incident = await startInBackground();
    const { child, exited, output } = incident;
    child.kill('SIGINT');
    expect(await exited).toEqual([1, null]);
    expect(output()).toContain('No incident: it was canceled. Restoring the stack');
    expect(await names()).toEqual(ORIGINAL);
    expect(await stateFiles()).toEqual([]);
  });

  test('closing the terminal before the page restores the stack', async () => {
    await until('nothing is wrong', async () => (await stack.frame())?.problems.length === 0);
    await using terminal = await openTerminal('incident --only paused-queue', env());
    await until('the stack is scaled', async () => {
      expect(terminal.screen()).not.toMatch(/problem|error|no stack/i);
      return (await names()).includes('miner-3');
    });
    expect(await terminal.close(), terminal.screen()).toBe(1);
    expect(await names()).toEqual(ORIGINAL);
    expect(await stateFiles()).toEqual([]);
  });

  test('an incident that was killed before the page can be cured', async () => {
    await using incident = await startInBackground();
    const { child, exited } = incident;
    await until('the stack is scaled', async () => (await names()).includes('miner-3'));
    expect((await run('--answer')).output).toContain('The incident has not shown yet');
    child.kill('SIGKILL');
    await exited;
    expect((await run()).output).toContain('an incident is going on');
    const { code, output } = await run('--give-up');
    expect(output).toContain('The stack is healthy again');
    expect(code).toBe(0);
    expect(await names()).toEqual(ORIGINAL);
    expect(await stateFiles()).toEqual([]);
  });
});
