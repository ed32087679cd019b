/**
 * The options of a command. Each is declared once, with its help and what values it takes, as settings are in `config.ts`:
 *
 * ```ts
 * const OPTIONS = { rounds: option('N', wholeNumber(1, 9), 'rounds', 3), fast: flag('no delays') };
 * parseOptions(OPTIONS, ['--rounds', '5']); // { rounds: 5, fast: false }
 * ```
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Some arguments are invalid; the message has a line for each: what it is, and what was expected. */
export class ArgumentError extends Error {
  override name = 'ArgumentError';
}

/** What the value of an option must be. */
export interface Kind<T> {
  /** For the error message, such as "a whole number from 1 to 9". */
  expected: string;
  /** Returns undefined if the text is something else. */
  parse: (text: string) => T | undefined;
}

export interface Option<T> {
  help: string;
  /** What stands for its value in the help, such as N; undefined if it takes none. "N EVENT" are two arguments. */
  value?: string;
  /** A letter, for `-f`. */
  short?: string;
  /** Undefined if it takes no value. */
  kind?: Kind<unknown>;
  /** Returns its value, from all that were given, in order. */
  pick: (given: unknown[]) => T;
}

/** By name, without the dashes. */
export type Options = Record<string, Option<unknown>>;

export type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

type Token = { rawName: string; value: string | undefined; inlineValue: boolean | undefined };

/** True if it is given. */
export function flag(help: string): Option<boolean> {
  return { help, pick: (given) => given.length > 0 };
}

/** Its last value, or else `fallback`. */
export function option<T, F extends T | undefined = undefined>(
  value: string,
  kind: Kind<T>,
  text: string,
  fallback?: F,
): Option<T | F> {
  const help = fallback === undefined ? text : `${text} (default ${String(fallback)})`;
  return { help, value, kind, pick: (given) => (given.at(-1) ?? fallback) as T | F };
}

/** All its values, in the order in which they were given. */
export function repeatable<T>(value: string, kind: Kind<T>, help: string): Option<T[]> {
  return { help, value, kind, pick: (given) => given as T[] };
}

/** @param what it is called in an error message */
export const wholeNumber = (min: number, max: number, what = 'a whole number'): Kind<number> => ({
  expected: `${what} from ${min} to ${max}`,
  parse(text) {
    const value = Number(text);
    return /^-?\d{1,10}$/.test(text) && value >= min && value <= max ? value : undefined;
  },
});

export const oneOf = <T extends string>(words: readonly T[]): Kind<T> => ({
  expected: `one of ${words.join(', ')}`,
  parse: (text) => words.find((word) => word === text),
});

export const file: Kind<string> = {
  expected: 'the name of a file',
  parse: (text) => text || undefined,
};

/** For a value that is checked later. */
export const text: Kind<string> = { expected: 'any text', parse: (value) => value };

/**
 * Returns the values of a command's options, and all other arguments. If some are invalid, `problems` says which; their options
 * then have the values that they have if they are not given.
 */
export function readArguments<O extends Options>(options: O, args: string[]) {
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>(Object.keys(options).map((name) => [name, []]));
  const problems: string[] = [];
  const words: string[] = [];
  let take = (word: string) => void words.push(word); // called with the next word
  for (const token of tokens) {
    if (token.kind === 'positional') take(token.value);
    take = (word) => void words.push(word);
    if (token.kind !== 'option') continue;
    const texts = given.get(token.name);
    const { value } = options[token.name] ?? {};
    const problem =
      texts === undefined
        ? `${args[token.index]}: ${expectedOf(options)}`
        : problemOf(token, value !== undefined);
    if (problem === undefined) texts?.push(token.value ?? '');
    else problems.push(problem);
    if (problem !== undefined) take = () => undefined; // may be a value of that option
    else if (value?.includes(' ')) take = (word) => void texts?.push(`${texts.pop()} ${word}`);
  }
  const values = Object.entries(options).map(([name, { kind = text, pick }]) => {
    const parsed = (given.get(name) ?? []).map((value) => {
      const result = kind.parse(value);
      if (result === undefined)
        problems.push(`--${name} ${value}`.trimEnd() + `: expected ${kind.expected}`);
      return result;
    });
    return [name, pick(parsed.filter((value) => value !== undefined))];
  });
  return { values: Object.fromEntries(values) as Values<O>, words, problems };
}

function problemOf({ rawName, value, inlineValue }: Token, takesValue: boolean) {
  if (!takesValue)
    return value === undefined ? undefined : `${rawName}=${value}: expected no value`;
  if (value === undefined) return `${rawName}: expected a value`;
  const isOption = inlineValue === false && /^-\D/.test(value);
  return isOption ? `${rawName}: expected a value, got ${value}` : undefined;
}

/** Returns what else an argument could have been that is unknown. */
function expectedOf(options: Options): string {
  const names = Object.keys(options).map((name) => `--${name}`);
  return names.length === 0 ? 'expected no arguments' : `expected one of ${names.join(', ')}`;
}

/** Returns the values of the options of a command without other arguments. @throws {ArgumentError} */
export function parseOptions<O extends Options>(options: O, args: string[]): Values<O> {
  const { values, words, problems } = readArguments(options, args);
  throwAny([...problems, ...words.map((word) => `${word}: ${expectedOf(options)}`)]);
  return values;
}

/** @throws {ArgumentError} if there are problems */
export function throwAny(problems: string[]): void {
  if (problems.length > 0) throw new ArgumentError(problems.join('\n'));
}

/**
 * Checks that the files of these options can be written, before the work whose results they will hold. Creates those that do
 * not exist.
 * @throws {ArgumentError}
 */
export function checkWritable(files: Record<string, string | undefined>): void {
  const problems = Object.entries(files).flatMap(([name, path]) => {
    if (path === undefined) return [];
    try {
      closeSync(openSync(path, 'a'));
      return [];
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      return [`--${name} ${path}: expected a writable file, got ${code}`];
    }
  });
  throwAny(problems);
}
