/**
 * Origins of a service's replicas: from the settings, or from a file that may change.
 * @module
 */
import { readFile } from 'node:fs/promises';

/**
 * Replaces each `file:` URL with the origins in that file, one per line. Callers re-read it periodically, like DNS, because
 * replicas come and go.
 * @throws {Error} if a file cannot be read, is empty (editors truncate files before they write them), or a line of it is not an
 * origin such as `http://127.0.0.1:8001`
 */
export async function readOrigins(origins: readonly string[]): Promise<string[]> {
  const lists = origins.map(async (origin) =>
    origin.startsWith('file:') ? readLines(origin) : [origin],
  );
  return (await Promise.all(lists)).flat();
}

async function readLines(url: string): Promise<string[]> {
  const lines = (await readFile(new URL(url), 'utf8')).split('\n').filter(Boolean);
  if (lines.length === 0) throw new Error(`no replicas in ${url}`);
  for (const line of lines) {
    if (!isOrigin(URL.parse(line)))
      throw new Error(`${url}: expected a line like http://host:8001, got ${JSON.stringify(line)}`);
  }
  return lines;
}

/** Returns true for an `http` or `https` URL without a path. */
export function isOrigin(url: URL | null): boolean {
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}
