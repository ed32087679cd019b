import { afterEach, expect, test, vi } from 'vitest';
import { post } from './post.ts';

afterEach(() => void vi.unstubAllGlobals());

function stubFetch(response: Response) {
  const fetch = vi.fn().mockResolvedValue(response);
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

test.each([[undefined], [{ text: 'lunch' }]])(
  'the type is JSON with the body %j, which other sites cannot send',
  async (body) => {
    const fetch = stubFetch(new Response(null, { status: 204 }));
    expect(await post('api/reset', body)).toBe('');
    expect(fetch).toHaveBeenCalledWith('api/reset', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    });
  },
);

test('returns why it failed', async () => {
  stubFetch(new Response('log in', { status: 401 }));
  expect(await post('api/reset')).toBe('401: log in');
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('failed')));
  expect(await post('api/reset')).toBe('The dashboard is unreachable.');
});
