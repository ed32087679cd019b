import { hash } from 'node:crypto';
import type { Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { MAX_HASHER_BODY } from '@dockercoins/common/contract';
import { createGatedApp, type GatedEnv, type GatedOptions } from '@dockercoins/common/gated-app';
import { Pace } from '@dockercoins/common/pace';

export interface HasherOptions extends GatedOptions {
  /** Milliseconds that hashing takes. */
  delayMs: number;
}

const HELP = 'post what is to be hashed to /, or get / to see who answers\n';

const countBody = bodyLimit({
  maxSize: MAX_HASHER_BODY,
  onError: (c) =>
    c.text(`the body may have ${MAX_HASHER_BODY} bytes (1 MiB) at most\n`, 413, {
      Connection: 'close', // the rest of the body is not read
    }),
});

/** Only a body without a length has to be counted, which makes a web stream of it: half of all that a hash costs. */
const limit: MiddlewareHandler = (c, next) => {
  const length = c.req.header('Content-Length');
  return length !== undefined && Number(length) <= MAX_HASHER_BODY ? next() : countBody(c, next);
};

/**
 * - `GET /`: who this is.
 * - `POST /`: after the delay, the SHA-256 of the body as 64 lowercase hex digits.
 */
export function createApp({ delayMs, ...options }: HasherOptions): Hono<GatedEnv> {
  const app = createGatedApp(options);
  const pace = new Pace(delayMs);
  app.get('/', (c) => c.text(`HASHER running on ${options.instance}\n`));
  app.post('/', limit, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const digest = hash('sha256', body); // in hex
    await pace.wait(c.get('began'));
    return c.text(digest);
  });
  app.all('/', (c) => c.text(HELP, 405, { Allow: 'GET, HEAD, POST' }));
  app.notFound((c) => c.text(HELP, 404));
  return app;
}
