import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { anyRequest } from '../../test/support/arbitrary-requests.ts';
import { createAdminApp } from './admin.ts';

const stopping = new AbortController().signal;
const known = ['/healthz', '/readyz', '/metrics'];

test.prop([anyRequest(...known)])(
  'every request gets a 200 or a 404 that lists the known paths',
  async ({ method, path, headers }) => {
    const app = createAdminApp({ registry: new Registry(), checks: {}, stopping });
    const response = await app.request(path, { method, headers });
    const text = await response.text();
    if (response.status === 200) expect(path).toMatch(/healthz|readyz|metrics/);
    else expect(response.status).toBe(404);
    if (response.status === 404 && method !== 'HEAD') {
      expect(text).toBe('not found; try /healthz, /readyz or /metrics\n');
    }
  },
);

test.prop([fc.string({ unit: 'binary' })])(
  'any reason for a failed check is reported',
  async (reason) => {
    const checks = { redis: () => Promise.reject(new Error(reason)) };
    const app = createAdminApp({ registry: new Registry(), checks, stopping });
    const response = await app.request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.text()).toBe(`redis: ${Buffer.from(reason).toString()}\n`);
  },
);
