/**
 * The arguments of `npm run incident`.
 * @module
 */
import {
  flag,
  option,
  readArguments,
  throwAny,
  wholeNumber,
  type Kind,
} from '../../local/options.ts';
import type { Deployment } from '../stack/deployment/deployment.ts';
import { SCENARIOS } from './scenarios/all.ts';

export type IncidentOptions =
  | { command: 'list' | 'give-up' }
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

const COMMANDS = ['list', 'answer', 'give-up'] as const;

const scenario: Kind<string> = {
  expected: 'one of npm run incident -- --list',
  parse: (text) => SCENARIOS.find(({ name }) => name === text)?.name,
};

export const OPTIONS = {
  answer: flag(
    'say what is wrong; a right answer restores the stack\n--answer PART CAUSE answers without questions; each is a number or the text of a choice',
  ),
  'give-up': flag('show what is wrong, and restore the stack'),
  compose: flag('the Compose stack, if npm start runs as well'),
  seed: option(
    'N',
    wholeNumber(0, 1_000_000, 'a number'),
    'choose the scenario by a number: the same one each time',
  ),
  list: flag('list all scenarios with their answers, for trainers'),
  only: option('NAME', scenario, 'this scenario'),
};

/** @throws {ArgumentError} */
export function parseIncidentArgs(args: string[]): IncidentOptions {
  const { values, words, problems } = readArguments(OPTIONS, args);
  const { seed, only, compose } = values;
  const [command = 'start', another] = COMMANDS.filter((name) => values[name]);
  const choice = (['compose', 'seed', 'only'] as const).find(
    (name) => values[name] !== undefined && values[name] !== false,
  );
  if (another !== undefined) problems.push(`expected either --${command} or --${another}`);
  if (command !== 'answer') problems.push(...words.map((word) => `unexpected argument: ${word}`));
  if (command !== 'start' && choice !== undefined)
    problems.push(`--${choice}: expected without --${command}`);
  if (seed !== undefined && only !== undefined) problems.push('expected either --seed or --only');
  const answer = command === 'answer' ? answerOf(words, problems) : undefined;
  throwAny(problems);
  if (command === 'answer') return { command, answer };
  if (command !== 'start') return { command };
  return { command, kind: compose ? 'compose' : undefined, seed, only };
}

function answerOf([part, cause, ...rest]: string[], problems: string[]) {
  if (part === undefined) return undefined;
  if (cause !== undefined && rest.length === 0) return { part, cause };
  problems.push('--answer: expected PART CAUSE; put quotes around a text with spaces');
  return undefined;
}
