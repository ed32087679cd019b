import { expect, test, vi } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { startServer } from '../../test/support/http-server.ts';
import { replaceSleep, simulateTime } from '../../test/support/simulated-time.ts';
import { untilReachable } from './until-reachable.ts';

/** What happens during a pause between two attempts. */
const pause = vi.fn<(ms: number) => Promise<void> | void>();
replaceSleep(async (ms, signal) => {
  await pause(ms);
  signal?.throwIfAborted();
});

const anyServer = (port?: number) => startServer((_request, response) => response.end(), port);
const unused = async () => `http://127.0.0.1:${await freePort()}`;
const never = new AbortController().signal;

test('does not pause if one replica of each upstream accepts connections', async () => {
  await using server = await anyServer();
  await untilReachable([[await unused(), server.origin], [server.origin]], never);
  expect(pause).not.toHaveBeenCalled();
});

test('waits for the upstream that starts last', async () => {
  await using rng = await anyServer();
  const port = await freePort();
  await using running = new AsyncDisposableStack();
  pause.mockImplementation(async () => {
    if (pause.mock.calls.length === 3) running.use(await anyServer(port));
  });
  await untilReachable([[rng.origin], [`http://127.0.0.1:${port}`]], never);
  expect(pause).toHaveBeenCalledTimes(3);
});

test('gives up after ten seconds, whichever upstreams are missing', async () => {
  simulateTime();
  pause.mockImplementation((ms) => void vi.advanceTimersByTime(ms));
  const began = performance.now();
  await untilReachable([[await unused()], [await unused()]], never);
  expect(performance.now() - began).toBe(10_000);
});

test('rejects once it is aborted', async () => {
  const controller = new AbortController();
  pause.mockImplementation(() => controller.abort());
  const waiting = untilReachable([[await unused()]], controller.signal);
  await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
