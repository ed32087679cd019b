import '../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Gate } from '@dockercoins/common/http-service/gate';
import { silentLog as log } from '../tools/stack/log.ts';
import { anyRequest } from '../test/support/arbitrary-requests.ts';
import { createApp } from './app.ts';

const HELP = 'usage: GET /<n> returns n random bytes (0 to 65536), GET / identifies this replica\n';
const rng = createApp({ gate: new Gate(1), instance: 'rng-1', host: 'box-1', delayMs: 0, log });

test.prop([anyRequest('/', '/32', '/65536')])(
  'every request gets a valid response or a line of help',
  async ({ method, path, headers }) => {
    const response = await rng.request(path, { method, headers });
    const body = await response.bytes();
    if (method === 'HEAD') {
      expect([200, 400, 404]).toContain(response.status);
      expect(body).toHaveLength(0);
    } else if (response.status === 200) {
      expect(method).toBe('GET');
      expect(body.length).toBeLessThanOrEqual(65_536);
    } else {
      expect([400, 404]).toContain(response.status);
      expect(Buffer.from(body).toString()).toBe(HELP);
    }
  },
);

const count = fc.integer({ min: 0, max: 65_536 });
const zeros = fc.stringMatching(/^0{0,9}$/);

test.prop([count, zeros])('any number in range returns that many bytes', async (n, leading) => {
  const response = await rng.request(`/${leading}${n}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String(n));
  expect(await response.bytes()).toHaveLength(n);
});

const invalidNumber = fc.oneof(
  fc.bigInt({ min: 65_537n }).map(String),
  fc.bigInt({ max: -1n }).map(String),
  fc.double({ noInteger: true }).map(String),
  count.map((n) => `${n}e0`),
  count.map((n) => `${n}.0`),
  count.map((n) => `+${n}`),
  count.map((n) => `0x${n}`),
  count.map((n) => String(n).replaceAll(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))),
);

test.prop([invalidNumber])('any other number returns 400 and a line of help', async (n) => {
  const response = await rng.request(`/${n}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toBe(HELP);
});
