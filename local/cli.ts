/**
 * Runs a command: `node local/cli.ts NAME [ARGUMENT …]`. The exit status is that of the command, or 1 if it failed, or 2 if its
 * arguments are invalid.
 * @module
 */
import { inspect } from 'node:util';
import { COMMANDS, type Command } from './commands.ts';
import { helpOf, usageOf } from './help.ts';
import { ArgumentError } from './options.ts';

const [name = '', ...args] = process.argv.slice(2);
const entry = COMMANDS[name];
if (entry === undefined) {
  process.stderr.write(`${name}: expected one of ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exit(2);
}
// `npm run logs | head` closes the pipe. `npm start` has its own listener, because it stops gracefully.
process.stdout.on('error', () => {
  if (process.stdout.listenerCount('error') === 1) process.exit();
});
const { command } = (await import(`../${entry.module}`)) as { command: Command };
try {
  if (args.includes('--help') || args.includes('-h')) process.stdout.write(helpOf(name, command));
  else process.exitCode = (await command.run(args)) ?? 0;
} catch (err) {
  process.stderr.write(`${describe(err)}\n`);
  if (err instanceof ArgumentError) process.stderr.write(`\n${usageOf(name, command)}`);
  process.exit(err instanceof ArgumentError ? 2 : 1);
}

/** The language throws errors of other classes for a mistake in the code, so they come with their stack. */
function describe(err: unknown): string {
  const isMistake =
    !(err instanceof Error) || err instanceof TypeError || err instanceof RangeError;
  return isMistake ? inspect(err) : err.message;
}
