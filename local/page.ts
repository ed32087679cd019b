/**
 * The page: built once, or served with hot reload in front of the dashboard.
 * @module
 */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_DIR } from '../dashboard/server/config.ts';

const CONFIG = 'dashboard/vite.config.ts';

/** Creates the page's folder: the dashboard expects it when it starts, which is before the page is built. */
export async function preparePage(): Promise<void> {
  await mkdir(PAGE_DIR, { recursive: true });
}

/** @throws {Error} if `folder` does not contain a built page */
export async function checkPage(folder: string): Promise<void> {
  try {
    await access(join(folder, 'index.html'));
  } catch {
    throw new Error(
      `PAGE_DIR: expected the folder of a built page, found no index.html in ${folder}`,
    );
  }
}

/** Builds the page for the dashboard to serve. Importing Vite takes a second, which must not delay mining. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  // Vite respects a NODE_ENV that is already set, such as a test runner's, and would build for development.
  process.env['NODE_ENV'] = 'production';
  await build({ configFile: CONFIG, logLevel: 'warn' });
}

/** Serves the page with hot reload on `port`, and proxies everything else to `dashboard`. */
export async function servePage(
  port: number,
  host: string,
  dashboard: string,
): Promise<AsyncDisposable> {
  // Keep the Host header: the dashboard compares it with the Origin of state-changing requests.
  const backend = { target: dashboard, changeOrigin: false };
  const proxy = Object.fromEntries(['/api', '/json', '/queues'].map((path) => [path, backend]));
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: CONFIG,
    logLevel: 'warn',
    server: { port, host, strictPort: true, proxy },
  });
  await server.listen();
  return { [Symbol.asyncDispose]: () => server.close() };
}
