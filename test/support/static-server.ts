/**
 * A server of static files, as plain as any web host: it knows folders, names of files, and nothing else.
 * @module
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { startServer } from './http-server.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface StaticServer extends AsyncDisposable {
  /** URL of the folder, with a slash at its end. */
  url: string;
  /** Paths of all requests so far, relative to the folder. */
  requests: string[];
}

/**
 * Serves a folder on a free port of 127.0.0.1, which browsers trust as they trust HTTPS.
 * @param path under which it is served, such as `/some/path`
 */
export async function startStaticServer(folder: string, path: string): Promise<StaticServer> {
  const requests: string[] = [];
  const server = await startServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(`${path}/`)) return void response.writeHead(404).end();
    const name = normalize(pathname.slice(path.length + 1)) || '.';
    requests.push(name);
    const file = join(folder, name === '.' ? 'index.html' : name);
    readFile(file).then(
      (content) => response.writeHead(200, { 'Content-Type': TYPES[extname(file)] }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  return { ...server, url: `${server.origin}${path}/`, requests };
}
