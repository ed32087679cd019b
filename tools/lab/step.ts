/**
 * What a step of the experiment consists of.
 * @module
 */
import type { StepName } from './args.ts';
import type { Deployment, StackPlan } from '../stack/deployment/deployment.ts';
import type { Prediction } from './prediction/prediction.ts';

export interface StepContext {
  deployment: Deployment;
  /** Stops the stack. */
  stop: () => Promise<void>;
}

export interface Measurement {
  /** One for each prediction, in the same order. */
  figures: (number | string)[];
  /** Observations for people, each a sentence. */
  notes?: string[];
  /** Values to show side by side. */
  bars?: BarGroup[];
  /** What happened when, in seconds since 1970. */
  marks?: { at: number; label: string }[];
}

export interface BarGroup {
  title: string;
  unit: string;
  bars: { label: string; value: number }[];
  /** What was predicted for all of them. */
  expected?: number;
}

export interface Step {
  name: StepName;
  /** What it finds out. */
  question: string;
  /** Undefined: whatever runs already. */
  plan?: StackPlan;
  /** What a person types, in addition to what starts or scales the stack. */
  commands: (deployment: Pick<Deployment, 'kind' | 'commands'>) => string[];
  /** The reasoning behind the predictions, in one line. */
  reason: string;
  predictions: Prediction[];
  measure: (context: StepContext) => Promise<Measurement>;
}
