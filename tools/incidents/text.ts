/**
 * What `npm run incident` prints.
 * @module
 */
import { columns } from '../../local/columns.ts';
import { redisCli } from '../../local/programs.mjs';
import type { Frame } from '../../dashboard/frame/frame.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import type { Observation, Observations } from './incident.ts';
import type { Scenario, Sign } from './scenarios/scenario.ts';

/** Returns what a pager reports: "14:02 speed dropped from 9.9 to 4.8 hashes/s". */
export function pageText({ what, unit }: Sign, { before, now }: Observation, at: Date): string {
  const time = at.toTimeString().slice(0, 'hh:mm'.length);
  const verb = now < before ? 'dropped' : 'rose';
  return `${time} ${what} ${verb} from ${show(before)} to ${show(now, unit)}`;
}

/** Returns where to look in general. */
export function hintsText({ kind, origins, redisUrl, commands }: Deployment): string {
  const redis =
    kind === 'compose' ? 'docker compose exec redis redis-cli' : `${redisCli()} -u ${redisUrl}`;
  const rows = [
    ['the page', origins.dashboard],
    ['each job, in Bull Board', `${origins.dashboard}/queues`],
    ['replicas', commands.list],
    ['logs', commands.logs('miner', 20)],
    ['response times', `httping -c 5 ${origins.rng}; httping -c 5 ${origins.hasher}`],
    ['Redis', redis],
    ['metrics', 'docs/metrics.md'],
  ];
  const lines = rows.map(([what = '', where]) => `  ${what.padEnd(24)}${where}\n`).join('');
  return `What is wrong, and with which part? Do not repair it. Places to look:\n\n${lines}
The page hides its list of problems. Trainers can reveal it there.
Answer with npm run incident -- --answer, or give up with npm run incident -- --give-up.
`;
}

/** Returns the answer and how to find it. */
export function solutionText(
  { title, part, cause, evidence, symptom, firstFigure }: Scenario,
  observed: Observations | undefined,
): string {
  const lines = [`${part}: ${cause} (${title}).`, ''];
  if (observed !== undefined) {
    const { before, now, afterMs } = observed.firstFigure;
    const paged = observed.symptom.afterMs;
    lines.push(
      `First to show it, ${duration(afterMs)} after the change: ${firstFigure.what}, ${show(now, firstFigure.unit)} instead of ${show(before, firstFigure.unit)}. The pager, which watches the ${symptom.what}, took ${duration(paged)}.`,
    );
  }
  return `${[...lines, evidence].map((line) => wrap(line)).join('\n')}\n`;
}

/** Jobs that had failed before the incident are still there. */
export function healthyText({ speed, miners, queue: { failed } }: Frame): string {
  const jobs = failed === 0 ? '' : `, ${failed} failed ${failed === 1 ? 'job' : 'jobs'} as before`;
  return `The stack is healthy again: ${speed?.toFixed(1)} hashes/s, ${miners} ${miners === 1 ? 'miner' : 'miners'}, no problems${jobs}.\n`;
}

/** Returns all scenarios as a table. */
export function listText(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(({ name, part, cause, title }) => [name, part, cause, title]);
  return columns([['NAME', 'PART', 'CAUSE', 'WHAT HAPPENS'], ...rows]);
}

/** Returns a duration for people: "800 ms", "42 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms / 100) * 100} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function show(value: number, unit = ''): string {
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)}${unit === '' || unit === '%' ? unit : ` ${unit}`}`;
}

const WIDTH = 100;

/** Breaks a paragraph into lines. */
function wrap(text: string): string {
  return text.replace(new RegExp(`(.{1,${WIDTH}})( +|$)`, 'g'), '$1\n').trimEnd();
}
