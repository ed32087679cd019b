/**
 * What was measured after a prediction.
 * @module
 */
import type { Point } from '../../frame/frame.ts';
import { formatPercent, formatSpeed } from '../ui/format.ts';
import type { Plateau } from '../../frame/plateaus.ts';
import type { Expected } from './question.ts';
import { setupKey, setupOf } from './setup.ts';

export type Outcome =
  /** The setup does not run. */
  | { status: 'waiting' }
  /** It runs, but the speed has not settled. */
  | { status: 'settling' }
  /** Hashes per second. */
  | { status: 'measured'; speed: number };

/**
 * @param plateaus of the whole history
 * @param now the latest second of it
 * @param queues number of queues
 */
export function outcomeOf(
  { target, at }: Pick<Expected, 'target' | 'at'>,
  plateaus: readonly Plateau[],
  now: Point | undefined,
  queues: number,
): Outcome {
  const key = setupKey(target);
  const isTarget = (running: Parameters<typeof setupOf>[0]) => {
    const setup = setupOf(running, queues);
    return setup !== undefined && setupKey(setup) === key;
  };
  const plateau = plateaus.findLast((it) => it.to >= at && isTarget(it));
  if (plateau !== undefined) return { status: 'measured', speed: plateau.speed };
  return { status: now !== undefined && isTarget(now) ? 'settling' : 'waiting' };
}

/** Returns by how much a speed differs from the predicted one: "2% more". */
export function differenceText(predicted: number, measured: number): string {
  const share = measured / predicted - 1;
  const percent = formatPercent(Math.abs(share));
  if (percent === '0%') return 'as predicted';
  return `${percent} ${share > 0 ? 'more' : 'less'}`;
}

/** Returns the outcome in a sentence; '' before the setup runs. */
export function outcomeText(predicted: number, outcome: Outcome): string {
  if (outcome.status === 'waiting') return '';
  const start = `Predicted ${formatSpeed(predicted)}/s`;
  if (outcome.status === 'settling') return `${start}, measuring…`;
  const { speed } = outcome;
  return `${start}, measured ${formatSpeed(speed)}/s: ${differenceText(predicted, speed)}.`;
}
