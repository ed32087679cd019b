/**
 * The stack on which the lab runs its steps, changed from step to step.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import type { Commands, Deployment, Scale, StackPlan } from '../stack/deployment/deployment.ts';

/** Returns the replicas to change so that a stack becomes another; undefined if it must be started anew. */
export function changeOf(current: StackPlan | undefined, plan: StackPlan): Scale | undefined {
  if (current?.fast !== plan.fast || !isDeepStrictEqual(current.settings, plan.settings))
    return undefined;
  const before: Scale = current.scale;
  const changed = Object.entries(plan.scale).filter(
    ([service, count]) => before[service as keyof Scale] !== count,
  );
  return Object.fromEntries(changed);
}

/** Returns what a person types to change a stack into another; nothing if they are equal. */
export function commandsFor(
  commands: Commands,
  current: StackPlan | undefined,
  plan: StackPlan,
): string[] {
  const change = changeOf(current, plan);
  if (change !== undefined) return Object.keys(change).length === 0 ? [] : [commands.scale(change)];
  return [...(current === undefined ? [] : [commands.stop]), commands.start(plan)];
}

export class LabStack implements AsyncDisposable {
  readonly #start: (plan: StackPlan) => Promise<Deployment>;
  #plan: StackPlan | undefined;
  /** Also while it starts, so that it can be stopped then. */
  #deployment: Promise<Deployment> | undefined;
  #isDisposed = false;

  constructor(start: (plan: StackPlan) => Promise<Deployment>) {
    this.#start = start;
  }

  /** What runs now; undefined if nothing does. */
  get plan(): StackPlan | undefined {
    return this.#plan;
  }

  /** Starts, scales, or restarts the stack, and resolves to it. @throws {Error} if it cannot, or has been disposed of */
  async change(plan: StackPlan): Promise<Deployment> {
    const change = changeOf(this.#plan, plan);
    if (change === undefined) {
      await this.stop();
      if (!this.#isDisposed) this.#deployment = this.#start(plan);
    } else if (Object.keys(change).length > 0) {
      await (await this.#deployment)?.scale(change);
    }
    const deployment = await this.#deployment;
    if (deployment === undefined) throw new Error('the stack has been stopped');
    this.#plan = plan;
    return deployment;
  }

  /** Stops it, also while it starts. It can be started again. */
  async stop(): Promise<void> {
    const deployment = await this.#deployment?.catch(() => undefined); // whoever started it handles the error
    this.#deployment = undefined;
    this.#plan = undefined;
    await deployment?.[Symbol.asyncDispose]();
  }

  /** Stops it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.stop();
  }
}
