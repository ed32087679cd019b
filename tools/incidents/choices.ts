/**
 * The multiple choice: with which part something is wrong, and what.
 * @module
 */
import { seededRandom } from '@dockercoins/common/http-service/variations';
import { ArgumentError } from '../../local/options.ts';
import { PARTS, type Part, type Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/all.ts';

export interface Choices {
  parts: readonly Part[];
  causes: readonly string[];
}

export type Answer = Pick<Scenario, 'part' | 'cause'>;

/** Returns what to say about an answer; undefined if it is right. */
export function verdictOn(answer: Answer, right: Answer): string | undefined {
  const isPart = answer.part === right.part;
  const isCause = answer.cause === right.cause;
  if (isPart && isCause) return undefined;
  if (isCause) return 'The cause is right, but it is another part.';
  if (isPart) return 'The part is right, but something else is wrong with it.';
  return 'That is not it.';
}

/** Causes to choose from. */
const CAUSES = 6;

/** Returns the choices of a scenario: the right cause and those of other scenarios, in an order that the seed determines. */
export function choicesOf({ cause }: Pick<Scenario, 'cause'>, seed: number): Choices {
  const others = new Set(SCENARIOS.map((it) => it.cause));
  others.delete(cause);
  const wrong = shuffle([...others], seed).slice(0, CAUSES - 1);
  return { parts: PARTS, causes: shuffle([cause, ...wrong], seed + 1) };
}

/**
 * Returns the answer that two texts stand for, each the number of a choice or the choice itself.
 * @throws {ArgumentError} if they are neither
 */
export function parseAnswer({ parts, causes }: Choices, part: string, cause: string): Answer {
  return { part: choose('part', parts, part), cause: choose('cause', causes, cause) };
}

/** @throws {ArgumentError} */
export function choose<T extends string>(what: string, choices: readonly T[], text: string): T {
  const wanted = text.trim().toLowerCase();
  const choice = choices[Number(wanted) - 1] ?? choices.find((it) => it === wanted);
  if (choice !== undefined) return choice;
  throw new ArgumentError(
    `expected a ${what} or its number, got ${JSON.stringify(text)}:\n${listChoices(choices)}`.trimEnd(),
  );
}

/** Returns the choices, numbered from one, each on a line. */
export const listChoices = (choices: readonly string[]) =>
  choices.map((choice, index) => `  ${index + 1}  ${choice}\n`).join('');

/** Fisher and Yates. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(`${seed} choices`);
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
