/**
 * A proxy that serves a site under a path, as nginx does with `location /coins/ { proxy_pass http://site/; }`: it removes the
 * path, sends a `Host` of its own, and changes nothing in responses.
 * @module
 */
import { request } from 'node:http';
import { pipeline } from 'node:stream';
import { startServer } from './http-server.ts';

export interface PrefixProxy extends AsyncDisposable {
  /** URL of the site through the proxy, without a slash at its end. */
  url: string;
}

/**
 * Starts it on a free port. Everything outside `prefix` is a 404.
 * @param origin of the site, such as `http://localhost:8000`
 * @param prefix such as `/coins`
 */
export async function startPrefixProxy(origin: string, prefix: string): Promise<PrefixProxy> {
  const { hostname, port, host } = new URL(origin);
  const server = await startServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) return void outgoing.writeHead(404).end();
    const path = url.slice(prefix.length);
    const forwarded = request({ hostname, port, path, method, headers: { ...headers, host } });
    forwarded.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      pipeline(response, outgoing, () => undefined);
    });
    pipeline(incoming, forwarded, () => undefined);
    outgoing.on('close', () => forwarded.destroy());
  });
  return { ...server, url: `${server.origin}${prefix}` };
}
