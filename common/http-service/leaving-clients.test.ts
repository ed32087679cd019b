/**
 * Every method at every path of rng, hasher and the admin port, and every way to leave.
 * @module
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { createAdminApp } from '@dockercoins/common/service/admin';
import { listen, type App, type Listening } from '@dockercoins/common/service/listen';
import { createApp as createHasher } from '../../hasher/app.ts';
import { createApp as createRng } from '../../rng/app.ts';
import { halfABody } from '../../test/support/bad-clients.ts';
import {
  METHODS,
  requestOf,
  sendAndLeave,
  UNKNOWN,
  WAYS_TO_LEAVE,
} from '../../test/support/leaving-clients.ts';
import { silentLog as log } from '../../tools/stack/log.ts';
import { until } from '../../tools/stack/until.ts';
import { Gate } from './gate.ts';

interface Part {
  app: App;
  gate: Gate;
}

function gated(create: typeof createRng): Part {
  const gate = new Gate(1);
  return { gate, app: create({ gate, instance: 'part-1', host: 'box-1', delayMs: 5, log }) };
}

function admin(): Part {
  const checks = { slow: () => sleep(5) };
  const { signal: stopping } = new AbortController();
  return { gate: new Gate(1), app: createAdminApp({ registry: new Registry(), checks, stopping }) };
}

/** Status for each path: of GET and HEAD, of POST, and of any other method. */
type Answers = Record<string, [get: number, post: number, other: number]>;

const PARTS: [string, () => Part, Answers][] = [
  [
    'rng',
    () => gated(createRng),
    {
      '/': [200, 404, 404],
      '/32': [200, 404, 404],
      '/65536': [200, 404, 404],
      '/x': [400, 404, 404],
      '/32/64': [404, 404, 404],
    },
  ],
  ['hasher', () => gated(createHasher), { '/': [200, 200, 405], '/x': [404, 404, 404] }],
  [
    'admin',
    admin,
    {
      '/': [404, 404, 404],
      '/healthz': [200, 404, 404],
      '/readyz': [200, 404, 404],
      '/metrics': [200, 404, 404],
    },
  ],
];

/** The last one is refused before its end. */
const HALF_BODIES = [
  ...[32, 4096, 8192].map(halfABody),
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nab',
];

async function statusOf({ port }: Listening, request: string): Promise<number> {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+) /.exec(data.toString('latin1'))?.[1]);
}

describe.each(PARTS)('%s', (_name, create, answers) => {
  const paths = Object.keys(answers);
  const requests = METHODS.flatMap((method) => paths.map((path) => requestOf(method, path)));

  test.each(METHODS)('answers %s', async (method) => {
    await using server = await listen(create().app, '127.0.0.1', 0);
    for (const [path, [get, post, other]] of Object.entries(answers)) {
      const known: Record<string, number> = { GET: get, HEAD: get, POST: post, [UNKNOWN]: 400 };
      expect(await statusOf(server, requestOf(method, path)), path).toBe(known[method] ?? other);
    }
  });

  test.each([
    ...WAYS_TO_LEAVE.map(([how, leave]) => [how, requests, leave] as const),
    ['in the middle of a body', HALF_BODIES, (socket: Socket) => socket.destroy()] as const,
    [
      'in the middle of a body, with a reset',
      HALF_BODIES,
      (socket: Socket) => socket.resetAndDestroy(),
    ] as const,
  ])('keeps nothing of clients that leave %s', async (_how, texts, leave) => {
    const { app, gate } = create();
    await using server = await listen(app, '127.0.0.1', 0);
    await sendAndLeave(server, [...texts], leave);
    await until('the gate is empty', () => gate.busy === 0 && gate.waiting === 0);
  });
});
