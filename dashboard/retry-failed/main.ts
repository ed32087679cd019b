/**
 * In the dashboard's image: `docker compose exec dashboard node retry-failed.mjs`.
 * @module
 */
import { retryFailedOf } from '@dockercoins/common/queue/retry-failed';
import { redisSchema } from '@dockercoins/common/service/config';
import { readEnv } from '@dockercoins/common/service/env';

const USAGE = `node retry-failed.mjs

  retries all jobs that failed for good, with all their attempts, and prints why they had failed
`;

const args = process.argv.slice(2);
if (args.length > 0) {
  process.stdout.write(USAGE);
  process.exit(args.includes('--help') ? 0 : 1);
}
try {
  process.stdout.write(await retryFailedOf(readEnv(redisSchema, process.env)));
} catch (err) {
  process.stderr.write(`${(err as Error).message}\n`);
  process.exitCode = 1;
}
