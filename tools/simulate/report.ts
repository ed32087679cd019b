/**
 * The results of a simulation as text.
 * @module
 */
import { markdownTable } from '../markdown-table.ts';
import type { Figures } from '../../simulation/figures.ts';
import type { Plan } from '../../simulation/settings.ts';
import { limitsOf, loopMs, speedOf, utilizationOf, type System } from '../lab/prediction/model.ts';

/** One value of a sweep. */
export interface SweepPoint {
  value: number;
  plan: Plan;
  figures: Figures;
}

/** Returns what the formulas of the lab need: delays at their means, and no faults. */
function systemIn({ settings, scale }: Plan): System {
  const station = (name: 'RNG' | 'HASHER', replicas: number) => ({
    replicas,
    slots: settings[`${name}_SLOTS`],
    delayMs: settings[`${name}_DELAY_MS`],
  });
  return {
    miners: scale.miner * settings.MINER_CONCURRENCY * settings.QUEUES,
    workMs: settings.MINER_WORK_MS,
    rng: station('RNG', scale.rng),
    hasher: station('HASHER', scale.hasher),
  };
}

/** Returns the limit on paper, in hashes per second: the lowest of the miners, rng, hasher, and the arrivals of jobs. */
export function limitOf(plan: Plan): number {
  const { PRODUCER_RATE: rate } = plan.settings;
  return Math.min(speedOf(systemIn(plan)), rate === 0 ? Infinity : rate);
}

/** Returns a table of the figures, next to what is on paper. @param isSteady false if something happens in between */
export function renderFigures(plan: Plan, figures: Figures, isSteady: boolean): string {
  const system = systemIn(plan);
  const limit = limitOf(plan);
  const isBacklogged = limit < Math.min(...Object.values(limitsOf(system)));
  const onPaper = (value: number, unit = '') =>
    isSteady && Number.isFinite(value) ? `${round(value)}${unit}` : '–';
  const slots = system.rng.replicas * system.rng.slots;
  // The response-time law: miners ÷ speed is how long a loop takes, and what is left of it is the wait.
  const wait = isBacklogged ? NaN : Math.max(0, (system.miners * 1000) / limit - loopMs(system));
  return markdownTable(
    ['figure', 'simulated', 'on paper'],
    [
      ['speed', `${round(figures.hashesPerSecond)} hashes/s`, onPaper(limit, ' hashes/s')],
      ['wait at rng, mean', ms(figures.rngWaitMs), onPaper(wait, ' ms')],
      ['wait at rng, 95% at most', ms(figures.rngWaitP95Ms), '–'],
      [
        'utilization of rng',
        share(figures.rngUtilization),
        onPaper(utilizationOf(limit, system.rng.delayMs, slots)),
      ],
      ['wait at hasher, mean', ms(figures.hasherWaitMs), '–'],
      ['wait in the queue, mean', ms(figures.queueWaitMs), '–'],
      ['loops', String(figures.loops), '–'],
      ['waiting jobs at the end', String(figures.waiting), '–'],
      ['failed attempts', String(figures.errors), '–'],
      ['failed jobs', String(figures.failed), '–'],
      ['stalled jobs', String(figures.stalled), '–'],
      ['coins', String(figures.coins), onPaper(figures.loops / 16)],
    ],
  );
}

const COLUMNS = ['hashes/s', 'on paper', 'wait at rng, ms', 'utilization of rng'];

export function renderSweep(name: string, points: SweepPoint[]): string {
  return markdownTable(
    [name, ...COLUMNS],
    points.map((point) => cellsOf(point).map((cell) => (cell === '' ? '–' : cell))),
  );
}

/** Returns the curve as CSV; a figure that is unknown is empty. */
export function sweepCsv(name: string, points: SweepPoint[]): string {
  const heading = [name, 'hashesPerSecond', 'limit', 'rngWaitMs', 'rngUtilization'];
  return [heading, ...points.map(cellsOf)].map((cells) => `${cells.join(',')}\n`).join('');
}

function cellsOf({ value, plan, figures }: SweepPoint): string[] {
  const { hashesPerSecond, rngWaitMs, rngUtilization } = figures;
  const limit = limitOf(plan);
  return [
    String(value),
    round(hashesPerSecond),
    Number.isFinite(limit) ? round(limit) : '',
    rngWaitMs === null ? '' : round(rngWaitMs),
    rngUtilization === null ? '' : rngUtilization.toFixed(3),
  ];
}

const round = (value: number) => String(Number(value.toPrecision(4)));
const ms = (value: number | null) => (value === null ? '–' : `${round(value)} ms`);
const share = (value: number | null) => (value === null ? '–' : value.toFixed(3));
