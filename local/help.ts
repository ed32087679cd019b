/**
 * What a command says about itself.
 * @module
 */
import { columns } from './columns.ts';
import { callOf, COMMANDS, type Command } from './commands.ts';

/** Returns how to call it, for an error message. */
export function usageOf(name: string, command: Pick<Command, 'options'>): string {
  return `${callOf(name, COMMANDS[name]?.usage ?? '-- [options]')}\n\n${optionsOf(command)}`;
}

/** Returns everything about it, for `--help`. */
export function helpOf(name: string, command: Command): string {
  const [call, options] = usageOf(name, command).split('\n\n');
  const summary = COMMANDS[name]?.summary ?? '';
  const sentence = `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`;
  return [call, sentence, options, ...(command.notes ? [command.notes] : [])].join('\n\n');
}

function optionsOf({ options = {} }: Pick<Command, 'options'>): string {
  const rows = Object.entries(options).flatMap(([name, { short, value, help }]) => {
    const names = short === undefined ? `--${name}` : `--${name}, -${short}`;
    const [first = '', ...rest] = help.split('\n');
    return [
      [value === undefined ? names : `${names} ${value}`, first],
      ...rest.map((line) => ['', line]),
    ];
  });
  return columns([...rows, ['--help', 'show this text']], '  ');
}
