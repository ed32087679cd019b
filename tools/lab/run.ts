/**
 * Runs the steps one after another: prediction, measurement, verdict.
 * @module
 */
import type { Point } from '../../dashboard/frame/frame.ts';
import type { Commands, Deployment } from '../stack/deployment/deployment.ts';
import { readFrame } from '../stack/read-frame.ts';
import { commandsFor, type LabStack } from './lab-stack.ts';
import { noteOthers } from './measure/others.ts';
import { readHistory } from './measure/settled.ts';
import { judge, type Check } from './prediction/prediction.ts';
import type { Measurement, Step } from './step.ts';
import { planOf } from './steps.ts';

/** A step before it is measured. */
export interface Announcement extends Pick<Step, 'name' | 'question' | 'reason' | 'predictions'> {
  /** What a person types to do the same. */
  commands: string[];
}

/** A step and its result. */
export interface StepResult extends Omit<Announcement, 'predictions'> {
  checks: Check[];
  pass: boolean;
  /** Why it could not be measured; undefined if it could. */
  error?: string;
  notes: string[];
  bars: NonNullable<Measurement['bars']>;
  marks: NonNullable<Measurement['marks']>;
  /** The dashboard's history of the step, one point per second. */
  history: Point[];
}

interface RunOptions {
  steps: Step[];
  stack: LabStack;
  kind: Deployment['kind'];
  commands: Commands;
  /** Awaited before each step is measured. */
  announce: (step: Announcement, number: number) => Promise<void>;
  /** Called once the stack for a step runs. */
  onStack: (deployment: Deployment) => void;
  /** Called with each result. */
  report: (result: StepResult) => void;
  /** Ends the run after the step that is being measured, which is not reported. */
  signal: AbortSignal;
}

/** Runs all steps. A step that cannot be measured fails, and the next one runs. */
export async function runSteps(options: RunOptions): Promise<void> {
  const isInterrupted = () => options.signal.aborted;
  for (const [index, step] of options.steps.entries()) {
    const { name, question, reason, predictions } = step;
    const plan = step.plan ?? options.stack.plan ?? planOf(1, 1);
    const commands = [
      ...commandsFor(options.commands, options.stack.plan, plan),
      ...step.commands(options),
    ];
    const announcement = { name, question, reason, predictions, commands };
    await options.announce(announcement, index + 1);
    if (isInterrupted()) return;
    const result = await measureStep(step, plan, options);
    if (isInterrupted()) return;
    options.report({ name, question, reason, commands, ...result });
  }
}

type Outcome = Omit<StepResult, keyof Announcement>;

async function measureStep(
  step: Step,
  plan: NonNullable<Step['plan']>,
  { stack, onStack }: RunOptions,
): Promise<Outcome> {
  let dashboard = '';
  let measured: Partial<Measurement> = {};
  let error: string | undefined;
  let others: string[] = [];
  const startedAt = Date.now() / 1000;
  try {
    const deployment = await stack.change(plan);
    onStack(deployment);
    dashboard = deployment.origins.dashboard;
    measured = await step.measure({ deployment, stop: () => stack.stop() });
    others = noteOthers((await readFrame(dashboard))?.cpu);
  } catch (err) {
    error = (err as Error).message;
  }
  const { figures = [], notes = [], bars = [], marks = [] } = measured;
  const checks = step.predictions.map((prediction, n) => judge(prediction, figures[n] ?? NaN));
  const seconds = Math.min(3600, Math.ceil(Date.now() / 1000 - startedAt) + 1);
  const history = await readHistory(dashboard, seconds);
  return {
    checks,
    pass: error === undefined && checks.every((check) => check.pass),
    ...(error !== undefined && { error }),
    ...{ notes: [...notes, ...others], bars, marks },
    history: history.filter(({ at }) => at >= startedAt - 1),
  };
}
