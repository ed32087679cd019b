/**
 * `npm run retry-failed`: retries the jobs that failed for good.
 * @module
 */
import { retryFailedOf } from '@dockercoins/common/queue/retry-failed';
import type { Command } from '../commands.ts';
import { readLocalDir } from '../config.ts';
import { parseOptions } from '../options.ts';
import { Control } from './client.ts';

export const command: Command = {
  async run(args) {
    parseOptions({}, args);
    await using control = new Control(readLocalDir(process.env));
    process.stdout.write(await retryFailedOf(await control.queues()));
  },
};
