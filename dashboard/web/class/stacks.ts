/**
 * The list of stacks as a trainer types or pastes it: one address per line, then, if known, a name and a guess.
 * @module
 */
import { expand, MAX_STACKS } from './expand.ts';

export interface Stack {
  /** Of its page; ends with a slash. */
  url: string;
  name: string;
  /** What its owner expects of ten miners, in hashes per second. */
  guess: number | undefined;
}

export interface StackList {
  stacks: Stack[];
  /** What is wrong with which lines, which are left out. */
  errors: string[];
}

const DEFAULT_PORT = '8000';

/** What may separate the fields of a line, apart from spaces: tabs come from a spreadsheet, the others from a file. */
const SEPARATORS = ['\t', ';', ','];

/** `node7:8000 Alice 33` */
const SPACED = /^(\S+)(?:\s+(.*?))??(?:\s+(\d+(?:[.,]\d+)?))?$/;

/** Returns the stacks of all lines that can be read, in their order. */
export function parseStacks(text: string): StackList {
  const stacks = new Map<string, Stack>();
  const errors: string[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      for (const stack of stacksIn(line.trim())) add(stack, stacks);
    } catch (err) {
      errors.push(`Line ${index + 1}: ${(err as Error).message}`);
    }
  });
  return { stacks: [...stacks.values()], errors };
}

function add(stack: Stack, stacks: Map<string, Stack>): void {
  if (stacks.has(stack.url)) throw new Error(`${stack.url} is already in the list`);
  if (stacks.size === MAX_STACKS) throw new Error(`${stack.url} is one more than ${MAX_STACKS}`);
  stacks.set(stack.url, stack);
}

function stacksIn(line: string): Stack[] {
  const { address, name, guess } = fieldsOf(line);
  const urls = expand(address)?.map(urlOf);
  if (urls === undefined) {
    throw new Error(
      `expected an ascending range of at most ${MAX_STACKS}, such as node[1-30]:8000 or node1…node30:8000, got ${address}`,
    );
  }
  if (urls.length > 1 && (name !== '' || guess !== undefined)) {
    throw new Error(`a name or a guess is for one stack, but ${address} is ${urls.length}`);
  }
  return urls.map((url) => ({ url: url.href, name: name || nameOf(url), guess }));
}

function fieldsOf(line: string): { address: string; name: string; guess: number | undefined } {
  const separator = SEPARATORS.find((it) => line.includes(it));
  const fields: (string | undefined)[] =
    separator === undefined ? (SPACED.exec(line)?.slice(1) ?? []) : line.split(separator);
  const [address = '', name = '', guess = '', ...others] = fields.map((field = '') =>
    field.trim().replace(/^"(.*)"$/, '$1'),
  );
  if (others.some(Boolean)) throw new Error(`expected address, name and guess, got ${line}`);
  const speed = guess === '' ? undefined : Number(guess.replace(',', '.'));
  if (speed !== undefined && !(speed >= 0 && speed < Infinity)) {
    throw new Error(`expected a number as the guess, got ${guess}`);
  }
  return { address, name, guess: speed };
}

/** Returns the URL of a page from `node7`, `node7:8000`, or all that the address bar shows there. */
function urlOf(address: string): URL {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address);
  const url = URL.parse(hasScheme ? address : `http://${address}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new Error(`expected an address such as node7:8000, got ${address}`);
  }
  const hasPort = /^(\[.*\]|[^/:]*):\d/.test(address);
  if (!hasScheme && !hasPort) url.port = DEFAULT_PORT;
  url.search = url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Returns what tells a stack from the others. */
function nameOf({ hostname, port, pathname }: URL): string {
  const path = pathname === '/' ? '' : pathname.slice(0, -1);
  return hostname + (port === '' || port === DEFAULT_PORT ? '' : `:${port}`) + path;
}
