/**
 * Sends a change to the server; `path` is relative to the page. Returns why it failed; empty if it succeeded.
 *
 * The type is always JSON, because other sites cannot send that: the server need not compare host names, which proxies change.
 */
export async function post(path: string, body: object = {}): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  try {
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.ok ? '' : `${response.status}: ${await response.text()}`;
  } catch {
    return 'The dashboard is unreachable.';
  }
}
