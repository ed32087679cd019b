import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { mean } from '@dockercoins/common/statistics';

/** Returns the mean time in ms of `count` sequential HEAD requests, each on a new connection, like `httping`. */
export async function httping(url: string, count: number): Promise<number> {
  return mean(await httpingTimes(url, count));
}

/** Returns the time of each of these requests, in ms. */
export async function httpingTimes(url: string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    const head = request(url, { method: 'HEAD', agent: false });
    head.end();
    const [response] = (await once(head, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    times.push(performance.now() - startedAt);
  }
  return times;
}
