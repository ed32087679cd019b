/**
 * The commands with arguments. `local/cli.ts` runs them, `package.json` has a script for each, and the table in CONTRIBUTING.md
 * follows from this one.
 * @module
 */
import type { Options } from './options.ts';

interface CommandEntry {
  /** What follows `npm run NAME`; by default, `-- [options]`. */
  usage?: string;
  /** What it does. */
  summary: string;
  /** Loaded when the command runs. A path, because `npm start` must not import tools and tests. */
  module: string;
  /** Arguments that it needs, as `npm start` and CONTRIBUTING.md show them. */
  example?: string;
}

/** What a module of the table exports as `command`. */
export interface Command {
  options?: Options;
  /** What else `--help` says. */
  notes?: string;
  /**
   * Resolves to the exit status; undefined is 0.
   * @throws {ArgumentError} if arguments are invalid
   * @throws any other error whose message tells users why it failed
   */
  run: (args: string[]) => Promise<number | undefined> | Promise<void>;
}

/** By the names of their scripts. */
export const COMMANDS: Record<string, CommandEntry> = {
  start: { summary: 'runs the stack', module: 'local/main.ts' },
  scale: {
    usage: 'SERVICE=N [SERVICE=N …] [SETTING=VALUE …]',
    summary: 'changes the number of replicas of the running stack',
    module: 'local/commands/scale.ts',
    example: 'miner=10',
  },
  ps: {
    usage: '',
    summary: 'lists the processes of the running stack',
    module: 'local/commands/ps.ts',
  },
  logs: {
    usage: '-- [options] [SERVICE …]',
    summary: 'prints the output of the running stack',
    module: 'local/commands/logs.ts',
  },
  'retry-failed': {
    usage: '',
    summary:
      'gives jobs that failed for good all their attempts again, and prints why they had failed',
    module: 'local/commands/retry-failed.ts',
  },
  'test:faults': {
    summary: 'injects faults, then checks that nothing was lost',
    module: 'test/faults/main.ts',
  },
  conformance: {
    summary: 'checks running parts, in any language, against docs/contract.md',
    module: 'tools/conformance/main.ts',
  },
  simulate: {
    usage: '-- [options] [SETTING=VALUE …]',
    summary: 'simulates any settings with the rules of the services, on a virtual clock',
    module: 'tools/simulate/main.ts',
  },
  lab: {
    summary: 'runs the experiment of the workshop, and compares it with its predictions',
    module: 'tools/lab/main.ts',
  },
  incident: {
    summary: 'breaks the running stack, and checks what you find out',
    module: 'tools/incidents/main.ts',
  },
  bench: {
    summary: 'measures how close the pipeline gets to its limits',
    module: 'tools/bench/main.ts',
  },
  'bench:page': {
    summary: 'measures the memory of the page',
    module: 'tools/bench/page-memory.ts',
  },
};

/** Returns what to type for a command, with these arguments. */
export function callOf(name: string, args = ''): string {
  return `npm ${name === 'start' ? '' : 'run '}${name} ${args}`.trimEnd();
}

/** Returns what to type in another terminal while the stack runs. */
export function callsForRunningStack(): string[] {
  return Object.entries(COMMANDS)
    .filter(([, { module }]) => module.startsWith('local/commands/'))
    .map(([name, { example }]) => callOf(name, example));
}
