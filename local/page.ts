/**
 * The page: built once, or served with hot reload in front of the dashboard.
 * @module
 */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_DIR } from '../dashboard/server/config.ts';

const CONFIG = 'dashboard/vite.config.ts';

/** Creates the folder of the page, because the dashboard expects it when it starts, before the page is built. */
export async function preparePage(): Promise<void> {
  await mkdir(PAGE_DIR, { recursive: true });
}

/** @throws {Error} if there is no built page in `folder` */
export async function checkPage(folder: string): Promise<void> {
  try {
    await access(join(folder, 'index.html'));
  } catch {
    throw new Error(
      `PAGE_DIR: expected the folder of a built page, found no index.html in ${folder}`,
    );
  }
}

/** Builds the page for the dashboard to serve. Vite is loaded only now, lest mining begins a second later. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: CONFIG, logLevel: 'warn' });
}

/** Serves the page's sources on `port`, with hot reload; all that is not page comes from `dashboard`. */
export async function servePage(
  port: number,
  host: string,
  dashboard: string,
): Promise<AsyncDisposable> {
  // The host stays what the browser asked for; the dashboard compares it with the origin of changes.
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
