import '../../test/support/properties.ts';
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createApp as createHasher } from '../../hasher/app.ts';
import { createApp as createRng } from '../../rng/app.ts';
import { recordingLog } from '../../tools/stack/log.ts';
import { anyBytes, sendBytes } from '../../test/support/raw-http.ts';
import { Gate } from '../http-service/gate.ts';
import { listen, type Listening } from './listen.ts';

describe.each(Object.entries({ rng: createRng, hasher: createHasher }))(
  '%s over the network',
  (instance, createApp) => {
    const { log, lines } = recordingLog();
    const gate = new Gate(1);
    let server: Listening;
    beforeAll(async () => {
      const app = createApp({ gate, instance, host: instance, delayMs: 0, log });
      server = await listen(app, '127.0.0.1', 0);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test.prop([anyBytes, fc.boolean()])(
      'responds to any bytes without an error and still serves the next client',
      async (bytes, hangUp) => {
        const received = await sendBytes(server.port, bytes, hangUp);
        expect(received).not.toMatch(/HTTP\/1\.1 5/);
        expect(lines.join('')).not.toContain('ERROR');
        const response = await fetch(`http://127.0.0.1:${server.port}/`);
        expect(await response.text()).toBe(`${instance.toUpperCase()} running on ${instance}\n`);
        expect(gate.waiting).toBe(0);
      },
    );
  },
);
