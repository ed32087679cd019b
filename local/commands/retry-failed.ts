/**
 * `npm run retry-failed`: retries the jobs that failed for good.
 * @module
 */
import { retryFailedOf } from '@dockercoins/common/queue/retry-failed';
import { ArgumentError } from '../args.ts';
import { Control } from './client.ts';
import { runCommand } from './command.ts';
import { ControlError } from '../control-socket.ts';

const USAGE = `npm run retry-failed

  retries all jobs of a running npm start that failed for good, with all their attempts, and prints why they had failed
`;

await runCommand(USAGE, async (args, dir) => {
  if (args.length > 0) throw new ArgumentError(`expected no arguments, got ${args.join(' ')}`);
  await using control = new Control(dir);
  const queues = await control.queues();
  try {
    process.stdout.write(await retryFailedOf(queues));
  } catch (cause) {
    throw new ControlError((cause as Error).message, { cause });
  }
});
