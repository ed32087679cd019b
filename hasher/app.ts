import { createHash, hash } from 'node:crypto';
import type { Hono, HonoRequest } from 'hono';
import { MAX_HASHER_BODY } from '@dockercoins/common/contract';
import {
  createGatedApp,
  type GatedEnv,
  type GatedOptions,
} from '@dockercoins/common/http-service/app';
import { simulateLatency } from '@dockercoins/common/http-service/work';

const HELP = 'usage: POST / returns the SHA-256 of the body, GET / identifies this replica\n';

const TOO_LARGE = `the body is larger than ${MAX_HASHER_BODY} bytes (1 MiB)\n`;

/** Bodies up to this size (bytes) are read in one piece, at half the cost of a web stream. */
const SMALL_BODY = 4096;

/**
 * - `GET /`: identifies the replica.
 * - `POST /`: after the delay, returns the SHA-256 of the body as 64 lowercase hex digits.
 */
export function createApp(options: GatedOptions): Hono<GatedEnv> {
  const app = createGatedApp(options);
  const work = simulateLatency(options);
  app.get('/', (c) => c.text(`HASHER running on ${options.host}\n`));
  app.post('/', async (c) => {
    const digest = await hashBody(c.req);
    if (digest === undefined) {
      return c.text(TOO_LARGE, 413, { Connection: 'close' }); // leaves the rest of the body unread
    }
    await work(c);
    return c.text(digest);
  });
  app.all('/', (c) => c.text(HELP, 405, { Allow: 'GET, HEAD, POST' }));
  app.notFound((c) => c.text(HELP, 404));
  return app;
}

/** Returns the SHA-256 of the body in hex; undefined if the body is too large. */
async function hashBody(request: HonoRequest): Promise<string | undefined> {
  const length = Number(request.header('Content-Length')); // NaN if missing
  if (length <= SMALL_BODY) return hash('sha256', new Uint8Array(await request.arrayBuffer()));
  return length > MAX_HASHER_BODY ? undefined : hashChunks(request.raw.body ?? []);
}

/** Holds only one chunk at a time, so that any number of large bodies fits in memory. */
async function hashChunks(chunks: AsyncIterable<Uint8Array> | []): Promise<string | undefined> {
  const sha256 = createHash('sha256');
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_HASHER_BODY) return undefined;
    sha256.update(chunk);
    free(chunk);
  }
  return sha256.digest('hex');
}

/** Chunks are outside V8's heap, where about 64 MiB of garbage would accumulate before V8 collects it. */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
