import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { MAX_RANDOM_BYTES } from '@dockercoins/common/contract';
import {
  createGatedApp,
  type GatedEnv,
  type GatedOptions,
} from '@dockercoins/common/http-service/app';
import { simulateLatency } from '@dockercoins/common/http-service/work';

const HELP = `usage: GET /<n> returns n random bytes (0 to ${MAX_RANDOM_BYTES}), GET / identifies this replica\n`;

/**
 * - `GET /`: identifies the replica, without a delay but through the same gate.
 * - `GET /<n>`: after the delay, returns n random bytes.
 */
export function createApp(options: GatedOptions): Hono<GatedEnv> {
  const app = createGatedApp(options);
  const work = simulateLatency(options);
  app.get('/', (c) => c.text(`RNG running on ${options.host}\n`));
  app.get('/:n', async (c) => {
    const n = parseCount(c.req.param('n'));
    if (n === undefined) return c.text(HELP, 400);
    const bytes = randomBytes(n);
    await work(c);
    return c.body(bytes, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(n),
    });
  });
  app.notFound((c) => c.text(HELP, 404));
  return app;
}

function parseCount(text: string): number | undefined {
  const n = /^\d+$/.test(text) ? Number(text) : NaN;
  return n <= MAX_RANDOM_BYTES ? n : undefined;
}
