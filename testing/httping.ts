import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** Returns the mean time in ms of `count` sequential HEAD requests, each on a new connection, like `httping -f`. */
export async function httping(url: string, count: number): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < count; n++) {
    const head = request(url, { method: 'HEAD', agent: false });
    head.end();
    const [response] = (await once(head, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
  }
  return (performance.now() - startedAt) / count;
}
