/**
 * What a real stack does, in the figures of a simulation.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from '../../dashboard/frame/frame.ts';
import { readHistory, SPEED_WINDOW_S } from '../../tools/lab/measure/settled.ts';
import { startStackProcess } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';
import type { Compared } from './settings.ts';

export interface Measured {
  hashesPerSecond: number;
  /** Means (ms). */
  rngWaitMs: number;
  rngServiceMs: number;
  hasherWaitMs: number;
  hasherServiceMs: number;
}

/** The dashboard's means cover ten seconds. */
const WINDOW_S = 10;

/** Starts a stack and measures it for this long, a multiple of ten seconds, once it has settled. */
export async function measure(
  { scale, settings = {} }: Compared,
  seconds: number,
): Promise<Measured> {
  const { miner = 1, rng = 1, hasher = 1 } = scale;
  const replicas = { miner, rng, hasher };
  await using stack = await startStackProcess({
    args: Object.entries(replicas).flatMap(([name, count]) => ['--scale', `${name}=${count}`]),
    env: {
      LOG_LEVEL: 'warn',
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
    },
  });
  await untilMinersReport(stack.dashboard, miner);
  const frames = [await frameOf(stack.frame)];
  for (let measured = 0; measured < seconds; measured += WINDOW_S) {
    await sleep(WINDOW_S * 1000);
    frames.push(await frameOf(stack.frame));
  }
  return figuresOf(frames);
}

/** Replicas that miners avoid are not counted, so only the miners show whether the stack has settled. */
function untilMinersReport(dashboard: string, miner: number): Promise<unknown> {
  const seconds = SPEED_WINDOW_S + WINDOW_S;
  return until(`${miner} miners have mined for ${seconds} s`, async () => {
    const latest = (await readHistory(dashboard, seconds + 2)).slice(-seconds);
    return latest.length === seconds && latest.every((point) => point.miners === miner);
  });
}

const frameOf = (read: () => Promise<Frame | undefined>) =>
  until('the dashboard has a frame with times', async () => {
    const frame = await read();
    return frame?.times ? frame : undefined;
  });

function figuresOf(frames: Frame[]): Measured {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no frames');
  const mean = (stage: keyof NonNullable<Frame['times']>) => {
    const means = frames.slice(1).map(({ times }) => times?.[stage].mean ?? NaN);
    return means.reduce((sum, value) => sum + value, 0) / means.length;
  };
  return {
    hashesPerSecond: (last.loops - first.loops) / (last.at - first.at),
    rngWaitMs: mean('rngWait'),
    rngServiceMs: mean('rngService'),
    hasherWaitMs: mean('hasherWait'),
    hasherServiceMs: mean('hasherService'),
  };
}
