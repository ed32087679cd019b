/**
 * `node local/end-leftover.ts <folder>`: what the guard of Redis runs when the supervisor is gone. Fails if it ended none.
 * @module
 */
import { endLeftover } from './leftover.ts';

process.exit((await endLeftover(process.argv[2] ?? '')) ? 0 : 1);
