/** Sends a change to the server; `path` is relative to the page. Returns why it failed; empty if it succeeded. */
export async function post(path: string, body?: unknown): Promise<string> {
  const init: RequestInit = { method: 'POST' };
  if (body !== undefined) {
    init.headers = { 'Content-Type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, init);
    return response.ok ? '' : `${response.status}: ${await response.text()}`;
  } catch {
    return 'The dashboard is unreachable.';
  }
}
