import '../test/support/properties.ts';
import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { silentLog as log } from '../tools/stack/log.ts';
import { anyRequest } from '../test/support/arbitrary-requests.ts';
import { createApp } from './app.ts';

const HELP = 'usage: POST / returns the SHA-256 of the body, GET / identifies this replica\n';
const TOO_LARGE = 'the body is larger than 1048576 bytes (1 MiB)\n';
const MIB = 1_048_576;
const hasher = createApp({
  gate: new Gate(0),
  instance: 'hasher-1',
  host: 'box-1',
  delayMs: 0,
  log,
});

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

test.prop([anyRequest('/')])(
  'every request gets a valid response or a line of help',
  async ({ method, path, headers }) => {
    const response = await hasher.request(path, { method, headers });
    const text = await response.text();
    if (method === 'HEAD') expect(text).toBe('');
    else if (response.status === 413) expect(text).toBe(TOO_LARGE);
    else if (response.status !== 200) expect(text).toBe(HELP);
    else if (method === 'POST') expect(text).toBe(sha256(new Uint8Array()));
    else expect(text).toBe('HASHER running on box-1\n');
    const isTooLarge = method === 'POST' && Number(headers['Content-Length']) > MIB;
    expect(isTooLarge ? [413, 404] : [200, 404, 405]).toContain(response.status);
  },
);

const contentTypes = fc.constantFrom('text/plain', 'application/json', 'multipart/form-data', 'x');

test.prop([fc.uint8Array({ maxLength: 5000 }), contentTypes])(
  'any body of any content type is hashed byte by byte',
  async (bytes, contentType) => {
    const body = new Uint8Array(bytes);
    const headers = { 'Content-Type': contentType };
    const response = await hasher.request('/', { method: 'POST', body, headers });
    expect(await response.text()).toBe(sha256(body));
  },
);

test.prop([fc.integer({ min: -3, max: 3 }), fc.boolean()], { numRuns: 14 })(
  'a body of up to 1 MiB is hashed and a larger one rejected, with or without Content-Length',
  async (excess, hasLength) => {
    const body = new Uint8Array(MIB + excess);
    const headers = hasLength ? { 'Content-Length': String(body.length) } : {};
    const response = await hasher.request('/', { method: 'POST', body, headers });
    expect(response.status).toBe(excess > 0 ? 413 : 200);
    expect(await response.text()).toBe(excess > 0 ? TOO_LARGE : sha256(body));
  },
);
