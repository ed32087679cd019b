import { createHash, hash } from 'node:crypto';
import type { Hono, HonoRequest } from 'hono';
import { MAX_HASHER_BODY } from '@dockercoins/common/contract';
import { createGatedApp, type GatedEnv, type GatedOptions } from '@dockercoins/common/gate/app';
import { Delay } from '@dockercoins/common/delay';

export interface HasherOptions extends GatedOptions {
  /** Milliseconds that hashing takes. */
  delayMs: number;
}

const HELP = 'post what is to be hashed to /, or get / to see who answers\n';

const TOO_LARGE = `the body may have ${MAX_HASHER_BODY} bytes (1 MiB) at most\n`;

/** Bodies up to this length (bytes) are read in one piece, which costs half as much as a web stream. */
const SMALL_BODY = 4096;

/**
 * - `GET /`: who this is.
 * - `POST /`: after the delay, the SHA-256 of the body as 64 lowercase hex digits.
 */
export function createApp({ delayMs, ...options }: HasherOptions): Hono<GatedEnv> {
  const app = createGatedApp(options);
  const pace = new Delay(delayMs);
  app.get('/', (c) => c.text(`HASHER running on ${options.instance}\n`));
  app.post('/', async (c) => {
    const digest = await hashBody(c.req);
    if (digest === undefined) {
      return c.text(TOO_LARGE, 413, { Connection: 'close' }); // the rest of the body is not read
    }
    await pace.wait(c.get('began'));
    return c.text(digest);
  });
  app.all('/', (c) => c.text(HELP, 405, { Allow: 'GET, HEAD, POST' }));
  app.notFound((c) => c.text(HELP, 404));
  return app;
}

/** SHA-256 of the body in hex; undefined if it is too large. */
async function hashBody(request: HonoRequest): Promise<string | undefined> {
  const length = Number(request.header('Content-Length')); // NaN without one
  if (length <= SMALL_BODY) return hash('sha256', new Uint8Array(await request.arrayBuffer()));
  return length > MAX_HASHER_BODY ? undefined : hashChunks(request.raw.body ?? []);
}

/** Keeps no more of a body than the chunk at hand, so any number of large bodies fits into memory. */
async function hashChunks(chunks: AsyncIterable<Uint8Array> | []): Promise<string | undefined> {
  const sum = createHash('sha256');
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_HASHER_BODY) return undefined;
    sum.update(chunk);
    free(chunk);
  }
  return sum.digest('hex');
}

/** Chunks live outside V8's heap, where some 64 MB of garbage piles up before V8 collects it. */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
