/**
 * `npm run logs`: prints the output of the services of a running `npm start`.
 * @module
 */
import { SERVICES } from '../args.ts';
import type { Command } from '../commands.ts';
import { readLocalDir } from '../config.ts';
import { flag, option, readArguments, throwAny, type Kind } from '../options.ts';
import { Terminal } from '../terminal.ts';
import { Control } from './client.ts';

const lines: Kind<number> = {
  expected: 'a number of lines',
  parse: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
};

const OPTIONS = {
  tail: {
    ...option('N', lines, 'print the last N lines of each replica, instead of the last 1000'),
    short: 'n',
  },
  follow: { ...flag('continue to print new lines until Ctrl-C'), short: 'f' },
};

const NAME = new RegExp(`^((${SERVICES.join('|')})(-\\d+)?|redis)$`);

export const command: Command = {
  options: OPTIONS,
  notes: `SERVICE is one or more of ${SERVICES.join(', ')}, redis (if npm start has started it), or a replica such as miner-3.\n`,
  async run(args) {
    const { values, words: names, problems } = readArguments(OPTIONS, args);
    const unknown = names.filter((name) => !NAME.test(name));
    throwAny([
      ...problems,
      ...unknown.map(
        (name) => `${name}: expected a service or a replica, such as miner or miner-3`,
      ),
    ]);
    process.on('SIGINT', () => process.exit()); // ends --follow
    const terminal = new Terminal(process.stdout);
    await using control = new Control(readLocalDir(process.env));
    for await (const { name, text } of control.logs({ names, tail: values.tail }, values.follow))
      terminal.line(name, text);
  },
};
