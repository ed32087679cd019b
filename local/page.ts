/**
 * The page: built once, or served with hot reload in front of the dashboard.
 * @module
 */
import { build, createServer } from 'vite';

const CONFIG = 'dashboard/vite.config.ts';

/** Builds the page for the dashboard to serve. */
export async function buildPage(): Promise<void> {
  await build({ configFile: CONFIG, logLevel: 'warn' });
}

/** Serves the page's sources on `port`, with hot reload; all that is not page comes from `dashboard`. */
export async function servePage(
  port: number,
  host: string,
  dashboard: string,
): Promise<AsyncDisposable> {
  const proxy = Object.fromEntries(['/api', '/json', '/queues'].map((path) => [path, dashboard]));
  const server = await createServer({
    configFile: CONFIG,
    logLevel: 'warn',
    server: { port, host, strictPort: true, proxy },
  });
  await server.listen();
  return { [Symbol.asyncDispose]: () => server.close() };
}
