import { expect, test, vi } from 'vitest';
import type { Dispatcher } from 'undici';
import { httpRequest } from './http.ts';

test('a request has no other time limit than its own, which may be longer than that of undici', async () => {
  const dispatch = vi.fn<Dispatcher['dispatch']>(() => true);
  const stop = new AbortController();
  const answer = httpRequest(
    { dispatch } as unknown as Dispatcher,
    { origin: 'http://rng', path: '/32', method: 'GET' },
    { signal: stop.signal, timeoutMs: 3_600_000 },
  );
  stop.abort(new Error('the test is over'));
  await expect(answer).rejects.toThrow('the test is over');
  expect(dispatch.mock.calls[0]?.[0]).toMatchObject({ headersTimeout: 0, bodyTimeout: 0 });
});
