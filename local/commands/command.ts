/**
 * What `npm run scale`, `ps`, `logs` and `retry-failed` have in common.
 * @module
 */
import { readEnv } from '@dockercoins/common/service/env';
import { ArgumentError } from '../args.ts';
import { configSchema } from '../config.ts';
import { ControlError } from '../control-socket.ts';

/**
 * Runs a command that talks to a running `npm start`, and prints its errors.
 * @param run receives the arguments and the folder of the stack; may throw a {@link ArgumentError} or {@link ControlError}
 */
export async function runCommand(
  usage: string,
  run: (args: string[], dir: string) => Promise<void>,
): Promise<void> {
  // `npm run logs | head` closes the pipe.
  process.stdout.on('error', () => process.exit());
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return;
  }
  try {
    const { LOCAL_DIR } = readEnv({ LOCAL_DIR: configSchema.LOCAL_DIR }, process.env);
    await run(args, LOCAL_DIR);
  } catch (err) {
    const isUsage =
      err instanceof ArgumentError ||
      (err as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
    if (!isUsage && !(err instanceof ControlError)) throw err;
    process.stderr.write(`${(err as Error).message}\n${isUsage ? `\n${usage}` : ''}`);
    process.exitCode = 1;
  }
}
