import '../testing/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { Gate } from '@dockercoins/common/gate/gate';
import { silentLog as log } from '../testing/log.ts';
import { anyRequest } from '../testing/arbitrary-requests.ts';
import { createApp } from './app.ts';

const HELP = 'ask for /<n> with n from 0 to 65536, the number of random bytes, or for /\n';
const rng = createApp({ gate: new Gate(1), instance: 'rng-1', delayMs: 0, log });

test.prop([anyRequest('/', '/32', '/65536')])(
  'whatever is asked is answered with what was asked for or with a line of help',
  async ({ method, path, headers }) => {
    const answer = await rng.request(path, { method, headers });
    const body = await answer.bytes();
    if (method === 'HEAD') {
      expect([200, 400, 404]).toContain(answer.status);
      expect(body).toHaveLength(0);
    } else if (answer.status === 200) {
      expect(method).toBe('GET');
      expect(body.length).toBeLessThanOrEqual(65_536);
    } else {
      expect([400, 404]).toContain(answer.status);
      expect(Buffer.from(body).toString()).toBe(HELP);
    }
  },
);

const count = fc.integer({ min: 0, max: 65_536 });
const zeros = fc.stringMatching(/^0{0,9}$/);

test.prop([count, zeros])('any number in range brings so many bytes', async (n, leading) => {
  const answer = await rng.request(`/${leading}${n}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe(String(n));
  expect(await answer.bytes()).toHaveLength(n);
});

const wrongNumber = fc.oneof(
  fc.bigInt({ min: 65_537n }).map(String),
  fc.bigInt({ max: -1n }).map(String),
  fc.double({ noInteger: true }).map(String),
  count.map((n) => `${n}e0`),
  count.map((n) => `${n}.0`),
  count.map((n) => `+${n}`),
  count.map((n) => `0x${n}`),
  count.map((n) => String(n).replaceAll(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.charAt(Number(digit)))),
);

test.prop([wrongNumber])('any other number is 400 with a line of help', async (n) => {
  const answer = await rng.request(`/${n}`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toBe(HELP);
});
