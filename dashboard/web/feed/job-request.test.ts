import { afterEach, expect, test, vi } from 'vitest';
import type { JobQuery } from '../../frame/job-path.ts';
import { testJobPath } from '../../../tools/stack/job-data.ts';
import { requestJobPath } from './job-request.ts';

afterEach(() => void vi.unstubAllGlobals());

function stubFetch(response: Response) {
  const fetch = vi.fn().mockResolvedValue(response);
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

test.each<[JobQuery, string]>([
  [{ by: 'id', queue: 'loops-1', id: 'a&b' }, 'api/job?queue=loops-1&id=a%26b'],
  [{ by: 'miner', miner: 'miner-3' }, 'api/job?miner=miner-3'],
  [{ by: 'slowest' }, 'api/job?slowest'],
  [{ by: 'retried' }, 'api/job?retried'],
])('asks for %j', async (query, url) => {
  const path = testJobPath();
  const fetch = stubFetch(Response.json(path));
  expect(await requestJobPath(query)).toEqual(path);
  expect(fetch).toHaveBeenCalledWith(url);
});

test('returns why there is no path', async () => {
  const ask = () => requestJobPath({ by: 'slowest' });
  stubFetch(new Response('No job has been completed yet.', { status: 404 }));
  expect(await ask()).toBe('No job has been completed yet.');
  stubFetch(new Response('Redis is unreachable', { status: 503 }));
  expect(await ask()).toBe('503: Redis is unreachable');
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('failed')));
  expect(await ask()).toBe('The dashboard is unreachable.');
});
