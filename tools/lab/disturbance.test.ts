import { once } from 'node:events';
import { chmod, mkdtempDisposable } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveControl } from '../../local/control-socket.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startServer } from '../../test/support/http-server.ts';
import { findDisturbance } from './disturbance.ts';

let running: AsyncDisposableStack;
/** LOCAL_DIR. */
let folder: string;
beforeEach(async () => {
  running = new AsyncDisposableStack();
  folder = running.use(await mkdtempDisposable(join(tmpdir(), 'disturbance-'))).path;
});
afterEach(() => running.disposeAsync());

/** Returns the origin of a TCP server, which is closed when the test ends. */
async function accepting(accept: (socket: Socket) => unknown): Promise<string> {
  const port = await freePort();
  const server = createServer(accept);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  running.defer(() => void server.close());
  return `http://127.0.0.1:${port}`;
}

const answering = async (respond: RequestListener) =>
  running.use(await startServer(respond)).origin;
const nobody = async () => `http://127.0.0.1:${await freePort()}`;

describe('at the address of a dashboard,', () => {
  test.each([
    ['a frame', 200, '{"at":1,"loops":7}'],
    [
      'an outage, which may end',
      200,
      '{"at":1,"unreachable":true,"reason":"connect ECONNREFUSED"}',
    ],
    ['no frame yet', 503, 'no frame yet; try again in a second\n'],
  ])('%s is a stack that would disturb', async (_, status, body) => {
    const origin = await answering((_request, response) => response.writeHead(status).end(body));
    expect(await findDisturbance(origin, folder)).toContain(`a stack is running at ${origin}`);
  });

  test.each([
    ['another program', 404, 'not found'],
    ['a page', 200, '<!doctype html>'],
    ['other JSON', 200, '{"status":"up"}'],
    ['JSON without an object', 200, 'null'],
  ])('%s would not disturb', async (_, status, body) => {
    const origin = await answering((_request, response) => response.writeHead(status).end(body));
    expect(await findDisturbance(origin, folder)).toBeUndefined();
  });

  test('what does not speak HTTP would not disturb', async () => {
    const origin = await accepting((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'));
    expect(await findDisturbance(origin, folder)).toBeUndefined();
  });

  test('what takes requests and does not answer may be a dashboard, so the lab does not begin', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('timed out')));
    const origin = await answering(() => undefined);
    await expect(findDisturbance(origin, folder)).rejects.toThrow(
      `cannot find out whether a stack at ${origin} would disturb the measurements`,
    );
  });

  test('what drops requests may be one, too', async () => {
    const origin = await accepting((socket) => socket.destroy());
    await expect(findDisturbance(origin, folder)).rejects.toThrow('cannot find out');
  });

  test('a wrong port is an error', async () => {
    await expect(findDisturbance('http://localhost:http', folder)).rejects.toThrow();
  });
});

describe('in the folder of npm start,', () => {
  const serve = async (status: 200 | 500) => {
    const app = new Hono().get('/', (c) => c.text('{}', status));
    running.use(await serveControl(app, folder));
  };

  test('no stack is no disturbance', async () => {
    expect(await findDisturbance(await nobody(), folder)).toBeUndefined();
    expect(await findDisturbance(await nobody(), join(folder, 'missing'))).toBeUndefined();
  });

  test('a stack without rng and hasher of its own is one', async () => {
    await serve(200);
    expect(await findDisturbance(await nobody(), folder)).toContain('npm start is running');
  });

  test('a stack that fails to answer is an error', async () => {
    await serve(500);
    await expect(findDisturbance(await nobody(), folder)).rejects.toThrow();
  });

  test('a folder that cannot be read is an error', async () => {
    await expect(findDisturbance(await nobody(), '/'.padEnd(200, 'x'))).rejects.toThrow('too long');
    if (process.getuid?.() === 0) return; // who may read everything
    await chmod(folder, 0);
    await expect(findDisturbance(await nobody(), folder)).rejects.toThrow('another user');
    await chmod(folder, 0o700);
  });
});
