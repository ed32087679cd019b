import '../testing/properties.ts';
import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { silentLog as log } from '../testing/log.ts';
import { anyRequest } from '../testing/arbitrary-requests.ts';
import { createApp } from './app.ts';

const HELP = 'post what is to be hashed to /, or get / to see who answers\n';
const TOO_LARGE = 'the body may have 1048576 bytes (1 MiB) at most\n';
const MIB = 1_048_576;
const hasher = createApp({ gate: new Gate(0), instance: 'hasher-1', delayMs: 0, log });

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

test.prop([anyRequest('/')])(
  'whatever is asked is answered with what was asked for or with a line of help',
  async ({ method, path, headers }) => {
    const answer = await hasher.request(path, { method, headers });
    const text = await answer.text();
    if (method === 'HEAD') expect(text).toBe('');
    else if (answer.status !== 200) expect(text).toBe(HELP);
    else if (method === 'POST') expect(text).toBe(sha256(new Uint8Array()));
    else expect(text).toBe('HASHER running on hasher-1\n');
    expect([200, 404, 405]).toContain(answer.status);
  },
);

const type = fc.constantFrom('text/plain', 'application/json', 'multipart/form-data', 'x');

test.prop([fc.uint8Array({ maxLength: 5000 }), type])(
  'any body of any type is hashed byte by byte',
  async (bytes, contentType) => {
    const body = new Uint8Array(bytes);
    const headers = { 'Content-Type': contentType };
    const answer = await hasher.request('/', { method: 'POST', body, headers });
    expect(await answer.text()).toBe(sha256(body));
  },
);

test.prop([fc.integer({ min: -3, max: 3 }), fc.boolean()], { numRuns: 14 })(
  'a body is hashed up to 1 MiB and refused above, whether it tells its length or not',
  async (more, tellsLength) => {
    const body = new Uint8Array(MIB + more);
    const headers = tellsLength ? { 'Content-Length': String(body.length) } : {};
    const answer = await hasher.request('/', { method: 'POST', body, headers });
    expect(answer.status).toBe(more > 0 ? 413 : 200);
    expect(await answer.text()).toBe(more > 0 ? TOO_LARGE : sha256(body));
  },
);
