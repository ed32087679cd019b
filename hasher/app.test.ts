import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { listen } from '@dockercoins/common/service/listen';
import { silentLog as log } from '../testing/log.ts';
import { createApp } from './app.ts';

const HELP = 'post what is to be hashed to /, or get / to see who answers\n';
const TOO_LARGE = 'the body may have 1048576 bytes (1 MiB) at most\n';
const MIB = 1_048_576;

const createHasher = (gate = new Gate(0), delayMs = 0) =>
  createApp({ gate, instance: 'hasher-1', delayMs, log });

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
  ])('gives the SHA-256 of "%s"', async (body, hash) => {
    const answer = await post(body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe(hash);
  });

  test('hashes bytes as they are', async () => {
    const answer = await post(new Uint8Array([0, 0xff, 0x0a, 0x80]));
    expect(await answer.text()).toBe(
      '2d75f84de96be6dba9b1e48d2994df26ede680ad1f7cfb0263d1252f08655694',
    );
  });

  test('takes 1 MiB', async () => {
    expect((await post(new Uint8Array(MIB))).status).toBe(200);
  });

  test('is 413 for a byte more', async () => {
    const answer = await post(new Uint8Array(MIB + 1));
    expect(answer.status).toBe(413);
    expect(await answer.text()).toBe(TOO_LARGE);
  });

  test('is 413 for a byte more without a length too', async () => {
    await using server = await listen(createHasher(), '127.0.0.1', 0);
    const sending = request({ host: '127.0.0.1', port: server.port, method: 'POST' });
    sending.write(new Uint8Array(MIB));
    sending.end('x');
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    expect(await text(answer)).toBe(TOO_LARGE);
  });

  test('takes 1 MiB without a length', async () => {
    await using server = await listen(createHasher(), '127.0.0.1', 0);
    const sending = request({ host: '127.0.0.1', port: server.port, method: 'POST' });
    sending.write(new Uint8Array(MIB - 1));
    sending.end('x');
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    expect(await text(answer)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('tells who served it and how long that took', async () => {
    const { headers } = await post('abc');
    expect(headers.get('x-served-by')).toBe('hasher-1');
    expect(headers.get('server-timing')).toMatch(/^queue;dur=.*, service;dur=.*, slots;desc="0"$/);
  });

  test('is done side by side', async () => {
    const gate = new Gate(0);
    const hasher = createHasher(gate, 20);
    const asking = Array.from({ length: 20 }, async () => hasher.request('/', { method: 'POST' }));
    expect(gate.busy).toBe(20);
    await Promise.all(asking);
  });
});

describe('GET /', () => {
  test('says who this is', async () => {
    const answer = await createHasher().request('/');
    expect(await answer.text()).toBe('HASHER running on hasher-1\n');
  });

  test('says it without a body to HEAD', async () => {
    const answer = await createHasher().request('/', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });
});

test.each(['PUT', 'DELETE', 'PATCH'])('%s / is 405 and tells what is allowed', async (method) => {
  const answer = await createHasher().request('/', { method });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
  expect(await answer.text()).toBe(HELP);
});

test.each(['GET', 'POST'])('%s of another path is 404 with a line of help', async (method) => {
  const answer = await createHasher().request('/hash', { method });
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe(HELP);
});
