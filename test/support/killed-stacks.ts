/**
 * Stacks that are killed one after another, each of which continues with the data of the one before it.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { treeOf, untilGone, victims } from './process-tree.ts';
import { startStackProcess, type RunningStack, type StackChoice } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

const QUICK = { RNG_DELAY_MS: '20', HASHER_DELAY_MS: '20', MINER_WORK_MS: '20' };

export class KilledStacks implements AsyncDisposable {
  /** Data of all of them. */
  readonly dir: string;
  #loops = 0;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(): Promise<KilledStacks> {
    return new KilledStacks(await mkdtemp(join(tmpdir(), 'dockercoins-stack-')));
  }

  /** Starts a stack, and waits until it continues to count from where the last one was killed. */
  async start(choice: StackChoice = {}): Promise<RunningStack> {
    await using starting = new AsyncDisposableStack();
    const env = { ...QUICK, ...choice.env };
    const stack = starting.use(await startStackProcess({ ...choice, env, dir: this.dir }));
    const first = await until('the dashboard has a frame', stack.frame);
    expect(first.loops).toBeGreaterThanOrEqual(this.#loops);
    this.#loops = await until('the stack mines', async () => {
      const loops = (await stack.frame())?.loops ?? 0;
      return loops > first.loops + 5 && loops;
    });
    starting.move();
    return stack;
  }

  /** Starts a stack, sends a signal to one of its processes, and resolves once all of them are gone. */
  async expectAllExit(
    victim: keyof typeof victims,
    signal: NodeJS.Signals,
    choice: StackChoice,
  ): Promise<void> {
    await using stack = await this.start(choice);
    const tree = await treeOf(stack.pid);
    expect(tree.some(({ args }) => args.includes('redis-server'))).toBe(true);
    const found = victims[victim](tree);
    if (found === undefined) throw new Error(`no ${victim} in ${JSON.stringify(tree)}`);
    process.kill(found.pid, signal);
    await untilGone(tree);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.dir, { recursive: true });
  }
}
