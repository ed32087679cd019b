/**
 * How far somebody has come in the guide.
 * @module
 */
import { median } from '@dockercoins/common/statistics';
import { latestRun } from '../../frame/course.ts';
import type { Point } from '../../frame/frame.ts';
import { plateausOf } from '../../frame/plateaus.ts';
import { STEPS, type Step } from './steps.ts';

/** What somebody predicted, in the unit of the step's quantity, and what was measured then. */
export interface Answer {
  predicted: number;
  /** Missing until it has been measured. */
  measured?: number;
}

/** By the ids of the steps. */
export type Answers = Readonly<Record<string, Answer>>;

/** Returns the first step that is not completed; undefined if all are. */
export const currentStep = (answers: Answers): Step | undefined =>
  STEPS.find(({ id }) => answers[id]?.measured === undefined);

/**
 * Returns the answers with what the page has measured for the current step; the same object if there is nothing new. A step is
 * measured once there is a prediction, so that nobody sees the result before.
 * @param points the history, oldest first
 */
export function withMeasurement(answers: Answers, points: readonly Point[]): Answers {
  const step = currentStep(answers);
  const answer = step && answers[step.id];
  if (step === undefined || answer === undefined) return answers;
  const measured = measure(step, points);
  return measured === undefined ? answers : { ...answers, [step.id]: { ...answer, measured } };
}

/** Returns the median of the latest period in which the step's replicas ran; undefined if there was none. */
function measure({ scale, quantity }: Step, points: readonly Point[]): number | undefined {
  const plateau = latestRun(scale, plateausOf(points));
  const values = plateau?.points.map(quantity.of).filter((value) => value !== null) ?? [];
  return values.length === 0 ? undefined : median(values);
}

/** Returns what came of a prediction: "Measured: 9.8 hashes/s, 3.0 times as fast as one miner. You predicted 33.0 hashes/s." */
export function outcomeOf({ quantity }: Step, answer: Answer, one: Answer | undefined): string {
  const { predicted, measured } = answer;
  if (measured === undefined) return `You predicted ${quantity.format(predicted)}.`;
  const times = (measured / (one?.measured ?? NaN)).toFixed(1);
  const compared =
    quantity.unit === 'hashes/s' && one?.measured !== undefined && one !== answer
      ? `, ${times} times as fast as one miner`
      : '';
  return `Measured: ${quantity.format(measured)}${compared}. You predicted ${quantity.format(predicted)}.`;
}
