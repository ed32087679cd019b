/**
 * The arguments of `npm run incident`.
 * @module
 */
import { parseArgs } from 'node:util';
import { ArgumentError } from '../../local/args.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import { SCENARIOS } from './scenarios/all.ts';

export type IncidentOptions =
  | { command: 'help' | 'list' | 'give-up' }
  | {
      command: 'start';
      /** Undefined: the stack that runs. */
      kind: Deployment['kind'] | undefined;
      /** Undefined: a random one. */
      seed: number | undefined;
      /** Name of a scenario; undefined: the one of the seed. */
      only: string | undefined;
    }
  | { command: 'answer'; answer: { part: string; cause: string } | undefined };

export const USAGE = `npm run incident -- [options]

Breaks the running stack in one of ${SCENARIOS.length} ways, and reports what a pager would. Find out what is wrong.

  --answer              say what is wrong; a right answer restores the stack
  --answer PART CAUSE   the same without questions; each is a number or the text of a choice
  --give-up             show what is wrong, and restore the stack
  --compose             the Compose stack, if npm start runs as well
  --seed N              choose the scenario by a number: the same one each time
  --list                list all scenarios with their answers, for trainers
  --only NAME           this scenario
  --help                show this text
`;

const MAX_SEED = 1_000_000;

/** @throws {ArgumentError} */
export function parseIncidentArgs(args: string[]): IncidentOptions {
  const { values, positionals } = parse(args);
  const commands = (['help', 'list', 'answer', 'give-up'] as const).filter((name) => values[name]);
  const [command = 'start', another] = commands;
  if (another !== undefined)
    throw new ArgumentError(`expected either --${command} or --${another}`);
  if (command !== 'answer' && positionals.length > 0)
    throw new ArgumentError(`unexpected argument: ${positionals[0]}`);
  const option = (['compose', 'seed', 'only'] as const).find((name) => values[name] !== undefined);
  if (command !== 'start' && option !== undefined)
    throw new ArgumentError(`--${option}: expected without --${command}`);
  if (command === 'answer') return { command, answer: answerOf(positionals) };
  if (command !== 'start') return { command };
  const { seed, only, compose } = values;
  if (seed !== undefined && only !== undefined)
    throw new ArgumentError('expected either --seed or --only');
  if (only !== undefined && !SCENARIOS.some(({ name }) => name === only))
    throw new ArgumentError(`--only ${only}: expected one of npm run incident -- --list`);
  return {
    command,
    kind: compose === true ? 'compose' : undefined,
    seed: seed === undefined ? undefined : seedOf(seed),
    only,
  };
}

function answerOf(positionals: string[]): { part: string; cause: string } | undefined {
  const [part, cause, ...rest] = positionals;
  if (part === undefined) return undefined;
  if (cause === undefined || rest.length > 0)
    throw new ArgumentError('--answer: expected PART CAUSE; put quotes around a text with spaces');
  return { part, cause };
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= MAX_SEED) return seed;
  throw new ArgumentError(`--seed ${text}: expected a number from 0 to ${MAX_SEED}`);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        answer: { type: 'boolean' },
        'give-up': { type: 'boolean' },
        compose: { type: 'boolean' },
        seed: { type: 'string' },
        list: { type: 'boolean' },
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (err) {
    throw new ArgumentError((err as Error).message);
  }
}
