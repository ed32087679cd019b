import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { listen } from '@dockercoins/common/service/listen';
import { silentLog as log } from '../tools/stack/log.ts';
import { createApp } from './app.ts';

const HELP = 'usage: POST / returns the SHA-256 of the body, GET / identifies this replica\n';
const TOO_LARGE = 'the body is larger than 1048576 bytes (1 MiB)\n';
const MIB = 1_048_576;

const createHasher = (gate = new Gate(0), delayMs = 0) =>
  createApp({ gate, instance: 'hasher-1', host: 'box-1', delayMs, log });

/** Posts `length` bytes in two chunks, without a Content-Length. */
async function postChunked(length: number) {
  await using server = await listen(createHasher(), '127.0.0.1', 0);
  const outgoing = request({ host: '127.0.0.1', port: server.port, method: 'POST' });
  outgoing.write(new Uint8Array(length - 1));
  outgoing.end('x');
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

const post = (body: string | Uint8Array<ArrayBuffer>) =>
  createHasher().request('/', {
    method: 'POST',
    body,
    headers: { 'Content-Length': String(body.length) },
  });

describe('POST /', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('returns the SHA-256 of "%s"', async (body, hash) => {
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toBe(hash);
  });

  test('hashes binary data unchanged', async () => {
    const response = await post(new Uint8Array([0, 0xff, 0x0a, 0x80]));
    expect(await response.text()).toBe(
      '2d75f84de96be6dba9b1e48d2994df26ede680ad1f7cfb0263d1252f08655694',
    );
  });

  test('accepts a body of 1 MiB', async () => {
    expect((await post(new Uint8Array(MIB))).status).toBe(200);
  });

  test('rejects a body over 1 MiB with 413', async () => {
    const response = await post(new Uint8Array(MIB + 1));
    expect(response.status).toBe(413);
    expect(await response.text()).toBe(TOO_LARGE);
  });

  test('accepts a body of 1 MiB without Content-Length', async () => {
    const { status, body } = await postChunked(MIB);
    expect(status).toBe(200);
    expect(body).toMatch(/^[0-9a-f]{64}$/);
  });

  test('rejects a body over 1 MiB without Content-Length with 413', async () => {
    const { status, body } = await postChunked(MIB + 1);
    expect(status).toBe(413);
    expect(body).toBe(TOO_LARGE);
  });

  test('names the replica and reports times', async () => {
    const { headers } = await post('abc');
    expect(headers.get('x-served-by')).toBe('hasher-1');
    expect(headers.get('server-timing')).toMatch(
      /^queue;dur=.*, service;dur=.*, slots;desc="0", delay;dur=0, /,
    );
  });

  test('is served concurrently', async () => {
    const gate = new Gate(0);
    const hasher = createHasher(gate, 20);
    const pending = Array.from({ length: 20 }, async () => hasher.request('/', { method: 'POST' }));
    expect(gate.busy).toBe(20);
    await Promise.all(pending);
  });
});

describe('GET /', () => {
  test('identifies the replica', async () => {
    const response = await createHasher().request('/');
    expect(await response.text()).toBe('HASHER running on box-1\n');
  });

  test('has no body for HEAD', async () => {
    const response = await createHasher().request('/', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

test.each(['PUT', 'DELETE', 'PATCH'])(
  '%s / returns 405 and the allowed methods',
  async (method) => {
    const response = await createHasher().request('/', { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await response.text()).toBe(HELP);
  },
);

test.each(['GET', 'POST'])('%s on another path returns 404 and a line of help', async (method) => {
  const response = await createHasher().request('/hash', { method });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe(HELP);
});
