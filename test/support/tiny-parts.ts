/**
 * Small implementations of rng and hasher: right, or with one mistake.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type HttpServer } from './http-server.ts';

/** What both parts can do wrong. */
interface Traits {
  greeting: string;
  rootType: string;
  rootDelayMs: number;
  headStatus: number;
  delayMs: number;
  type: string;
  /** Requests served concurrently. */
  slots: number;
  /** Serves the newest request first. */
  isStack: boolean;
  /** Methods of requests for `/` that do not wait in line. */
  jumpers: string[];
}

const COMMON = {
  rootType: 'text/plain',
  rootDelayMs: 0,
  headStatus: 200,
  delayMs: 100,
  isStack: false,
  jumpers: [],
};

interface RngTraits extends Traits {
  bytes: (n: number) => Buffer;
  hasLength: boolean;
}

/** Starts an rng on a free port of 127.0.0.1. */
export function startTinyRng(mistake: Partial<RngTraits>): Promise<HttpServer> {
  const traits = {
    ...COMMON,
    greeting: 'RNG running on box\n',
    type: 'application/octet-stream',
    slots: 1,
    bytes: randomBytes,
    hasLength: true,
    ...mistake,
  };
  return startPart(traits, ({ url = '' }) => {
    const body = traits.bytes(Number(url.slice(1)));
    return Promise.resolve({ status: 200, body, hasLength: traits.hasLength });
  });
}

interface HasherTraits extends Traits {
  status: number;
  read: (request: IncomingMessage) => Promise<Buffer>;
  hash: (body: Buffer) => string;
}

export const sha256 = (body: Buffer | string) => createHash('sha256').update(body).digest('hex');

/** Starts a hasher on a free port of 127.0.0.1. */
export function startTinyHasher(mistake: Partial<HasherTraits>): Promise<HttpServer> {
  const traits = {
    ...COMMON,
    greeting: 'HASHER running on box\n',
    type: 'text/plain',
    slots: Infinity,
    status: 200,
    read: buffer,
    hash: sha256,
    ...mistake,
  };
  return startPart(traits, async (request) => {
    const body = Buffer.from(traits.hash(await traits.read(request)));
    return { status: traits.status, body, hasLength: true };
  });
}

function startPart(
  traits: Traits,
  respond: (
    request: IncomingMessage,
  ) => Promise<{ status: number; body: Buffer; hasLength: boolean }>,
): Promise<HttpServer> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  const enter = async () => {
    if (busy < traits.slots) busy++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = traits.isStack ? waiting.pop() : waiting.shift();
    if (next === undefined) busy--;
    else next();
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url } = request;
    const isRoot = url === '/' && method !== 'POST';
    const waits = !isRoot || !traits.jumpers.includes(method);
    if (waits) await enter();
    try {
      await sleep(isRoot ? traits.rootDelayMs : traits.delayMs);
      if (isRoot) {
        const status = method === 'HEAD' ? traits.headStatus : 200;
        response.writeHead(status, { 'Content-Type': traits.rootType }).end(traits.greeting);
      } else {
        const { status, body, hasLength } = await respond(request);
        response.writeHead(status, {
          'Content-Type': traits.type,
          ...(hasLength && { 'Content-Length': body.length }),
        });
        response.end(body);
      }
    } finally {
      if (waits) leave();
    }
  };
  return startServer((request, response) => {
    serve(request, response).catch((err: unknown) => {
      if (!response.destroyed) throw err; // otherwise the client has gone, and its request cannot be read
    });
  });
}

/**
 * Starts another program at ::1, on the port where a part listens at 127.0.0.1. Which of the two a client reaches at
 * `localhost` depends on the client.
 */
export async function besideAnother(starting: Promise<HttpServer>): Promise<HttpServer> {
  const part = await starting;
  const other = await startServer((_, response) => response.end('welcome'), part.port, '::1');
  return {
    ...part,
    origin: `http://localhost:${part.port}`,
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await part[Symbol.asyncDispose]();
    },
  };
}
