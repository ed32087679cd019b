import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** Mean time of HEAD requests in milliseconds, one after the other, each on a connection of its own, as `httping -f` does it. */
export async function httping(url: string, count: number): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < count; n++) {
    const asked = request(url, { method: 'HEAD', agent: false });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
  }
  return (performance.now() - began) / count;
}
