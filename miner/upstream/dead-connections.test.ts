import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startSilentProxy } from '../../test/support/silent-proxy.ts';
import { pass, passUntil, simulateTime } from '../../test/support/simulated-time.ts';
import { anyBytes, serve, upstreamOf } from '../../test/support/upstream.ts';
import { UpstreamError } from './errors.ts';

const LOOPS = 10;
const TIMEOUT_MS = 1500;

beforeEach(simulateTime);

/** Starts ten loops that continue after errors until the test ends. Each has a connection of its own, half of them idle. */
function startLoops(origins: string[]) {
  const upstream = upstreamOf(origins, { timeoutMs: TIMEOUT_MS });
  const stop = new AbortController();
  const numbers = Array.from({ length: LOOPS }, (_, n) => n);
  const responses = new Map<number, number>();
  const responsesTo = (n: number) => responses.get(n) ?? 0;
  const loop = async (n: number) => {
    while (!stop.signal.aborted) {
      try {
        await upstream.request(anyBytes, stop.signal);
        responses.set(n, responsesTo(n) + 1);
      } catch (err) {
        if (!(err instanceof UpstreamError)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (const n of numbers) void loop(n);
  onTestFinished(() => stop.abort(new Error('the test is over')));
  /** Resolves to the simulated milliseconds until each loop has received several responses. */
  return () => {
    const before = new Map(responses);
    const continues = (n: number) => responsesTo(n) > (before.get(n) ?? 0) + 2;
    return passUntil('all loops continue', () => numbers.every(continues));
  };
}

async function startReplica() {
  const origin = await serve((_request, response) => void setTimeout(() => response.end(), 20));
  const proxy = await startSilentProxy(Number(new URL(origin).port));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return { proxy, origin: `http://127.0.0.1:${proxy.port}` };
}

describe.each([1, 3])('with %i replica(s)', (count) => {
  async function start() {
    const replicas = await Promise.all(Array.from({ length: count }, startReplica));
    const allAnswered = startLoops(replicas.map(({ origin }) => origin));
    await allAnswered();
    return { allAnswered, proxies: replicas.map(({ proxy }) => proxy) };
  }

  test('dead connections cost one timeout, not one per connection', async () => {
    const { allAnswered, proxies } = await start();
    for (const proxy of proxies) proxy.swallow();
    expect(await allAnswered()).toBeLessThan(4 * TIMEOUT_MS);
  });

  test('mining resumes as soon as the network is back', async () => {
    const { allAnswered, proxies } = await start();
    for (const proxy of proxies) proxy.cut();
    await pass(2 * TIMEOUT_MS); // the old connections have timed out
    for (const proxy of proxies) proxy.restore();
    expect(await allAnswered()).toBeLessThan(3000);
  });
});
