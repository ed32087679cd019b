/**
 * `npm run lab` on processes: it fails what is wrong, explains itself, and leaves nothing behind. CI also runs all of its steps.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, expect, test } from 'vitest';
import { openTerminal } from '../support/closing-terminal.ts';
import { freePorts } from '../support/free-ports.ts';
import { untilPrinted } from '../support/until-printed.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

interface Results {
  pass: boolean;
  steps: { name: string; expected: number; measured: number; pass: boolean }[];
}

let ports: Record<string, string>;
beforeAll(async () => {
  ports = await freePorts();
});

/** The status line, which shows that the lab measures. The first one may come before there are figures. */
const STATUS = /\d loops?,|dashboard does not respond|no data/;

/** Starts the lab on ports of its own. */
function startLab(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['local/cli.ts', 'lab', ...args], {
    env: { ...process.env, ...ports, PAGE_DIR: process.env['BUILT_PAGE'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const text = () => lines.join('\n');
  return {
    child,
    text,
    untilPrinted: (expected: RegExp) => untilPrinted(expected, text, child),
    status: async () => (await exited)[0],
    /** Interrupts it, if it still runs: it cleans up by itself. */
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await exited;
    },
  };
}

async function results(file: string): Promise<Results> {
  return JSON.parse(await readFile(file, 'utf8')) as Results;
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercoins-results-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('with --pause, it asks for a guess, then predicts and measures; what it measured is in a table, JSON, and a report', async () => {
  await withFolder(async (folder) => {
    const files = { json: join(folder, 'lab.json'), report: join(folder, 'lab.html') };
    const step = ['--step', 'clean-up'];
    await using lab = startLab([
      ...step,
      '--pause',
      '--json',
      files.json,
      '--report',
      files.report,
    ]);
    await lab.untilPrinted(/\$ Ctrl-C/);
    expect(lab.text()).not.toContain('open: 0');
    lab.child.stdin.end('3\n');
    expect(await lab.status(), lab.text()).toBe(0);
    expect(lab.text()).toMatch(
      /Your guess: left running or open\?.* expect {3}left running or open: 0/,
    );
    expect(lab.text()).toMatch(
      /guessed {2}left running or open: 3\s+measured left running or open: 0/,
    );
    expect(lab.text()).toContain('| clean-up | left running or open | 0 | 0 | exactly | pass |');
    expect(await results(files.json)).toMatchObject({
      pass: true,
      steps: [{ name: 'clean-up', expected: 0, measured: 0, pass: true }],
    });
    expect(await readFile(files.report, 'utf8')).toContain('1 of 1 steps are as predicted');
  });
});

test('a wrong stack fails: with an rng that takes too long, two miners are too slow', async () => {
  await withFolder(async (folder) => {
    const json = join(folder, 'lab.json');
    await using lab = startLab(['--step', 'two-miners', '--json', json], { RNG_DELAY_MS: '250' });
    expect(await lab.status(), lab.text()).toBe(1);
    const { pass, steps } = await results(json);
    expect(pass).toBe(false);
    expect(steps).toMatchObject([{ name: 'two-miners', expected: 20 / 3, pass: false }]);
    expect(steps[0]?.measured).toBeLessThan(4.1); // 1000 ms / 250 ms
  });
});

test('Ctrl-C while it measures cleans up, and is a failure', async () => {
  await using lab = startLab(['--step', 'one-miner']);
  await lab.untilPrinted(STATUS);
  lab.child.kill('SIGINT');
  expect(await lab.status(), lab.text()).toBe(1);
  expect(lab.text()).toContain('interrupted: cleaning up');
});

test('a closed terminal does not prevent the clean-up', async () => {
  await withFolder(async (folder) => {
    const json = join(folder, 'lab.json');
    const env = { ...ports, PAGE_DIR: process.env['BUILT_PAGE'] };
    await using terminal = await openTerminal(`lab --step one-miner --json ${json}`, env);
    await terminal.untilPrinted(STATUS);
    expect(await terminal.close(), terminal.screen()).toBe(1);
    expect(await results(json)).toMatchObject({ pass: false, steps: [] });
  });
});

test('Ctrl-C while the stack starts cleans up, too', async () => {
  await using lab = startLab(['--step', 'one-miner']);
  await lab.untilPrinted(/because/); // it announces the step
  lab.child.kill('SIGINT');
  expect(await lab.status(), lab.text()).toBe(1);
});

test('it refuses to measure next to another stack', async () => {
  await using stack = await startStackProcess();
  await until('the other stack mines', async () => (await stack.frame())?.loops);
  const other = { DASHBOARD_PORT: new URL(stack.dashboard).port };
  await using lab = startLab(['--step', 'one-miner'], other);
  expect(await lab.status()).toBe(1);
  expect(lab.text()).toContain('would disturb the measurements');
});

test('a wrong argument is explained, with exit status 2', async () => {
  await using lab = startLab(['--step', 'three-miners']);
  expect(await lab.status()).toBe(2);
  expect(lab.text()).toContain('--step three-miners: expected one of one-miner, ');
});
