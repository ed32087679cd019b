import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { MAX_RANDOM_BYTES } from '@dockercoins/common/contract';
import { createGatedApp, type GatedEnv, type GatedOptions } from '@dockercoins/common/gate/app';
import { Delay } from '@dockercoins/common/delay';

export interface RngOptions extends GatedOptions {
  /** Milliseconds that an answer with random bytes takes. */
  delayMs: number;
}

const HELP = `ask for /<n> with n from 0 to ${MAX_RANDOM_BYTES}, the number of random bytes, or for /\n`;

/**
 * - `GET /`: who this is. No delay of its own, but it waits its turn like all others.
 * - `GET /<n>`: after the delay, n random bytes.
 */
export function createApp({ delayMs, ...options }: RngOptions): Hono<GatedEnv> {
  const app = createGatedApp(options);
  const pace = new Delay(delayMs);
  app.get('/', (c) => c.text(`RNG running on ${options.instance}\n`));
  app.get('/:n', async (c) => {
    const n = parseCount(c.req.param('n'));
    if (n === undefined) return c.text(HELP, 400);
    const bytes = randomBytes(n);
    await pace.wait(c.get('began'));
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
