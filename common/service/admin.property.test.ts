import '../../testing/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { anyRequest } from '../../testing/arbitrary-requests.ts';
import { createAdminApp } from './admin.ts';

const stopping = new AbortController().signal;
const known = ['/healthz', '/readyz', '/metrics'];

test.prop([anyRequest(...known)])(
  'whatever is asked is answered, or refused with the list of what there is',
  async ({ method, path, headers }) => {
    const app = createAdminApp({ registry: new Registry(), checks: {}, stopping });
    const answer = await app.request(path, { method, headers });
    const text = await answer.text();
    if (answer.status === 200) expect(path).toMatch(/healthz|readyz|metrics/);
    else expect(answer.status).toBe(404);
    if (answer.status === 404 && method !== 'HEAD') {
      expect(text).toBe('there are /healthz, /readyz and /metrics here\n');
    }
  },
);

test.prop([fc.string({ unit: 'binary' })])(
  'whatever reason a check fails with is told',
  async (reason) => {
    const checks = { redis: () => Promise.reject(new Error(reason)) };
    const app = createAdminApp({ registry: new Registry(), checks, stopping });
    const answer = await app.request('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe(`redis: ${Buffer.from(reason).toString()}\n`);
  },
);
