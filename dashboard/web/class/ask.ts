/**
 * Asks a stack for its summary. Whatever answers is not trusted: it may be another program, another version, or broken.
 * @module
 */
import { summary, type Summary } from '../../frame/summary.ts';

/** Why there is no summary. */
export type Refusal =
  /** Nothing answers. */
  | 'away'
  /** It has no figures yet. */
  | 'starting'
  /** It does not know summaries. */
  | 'old'
  /** It wants a login. */
  | 'protected'
  /** Its answer is no summary. */
  | 'unknown'
  /** It answers, but lets no page of another origin read that: an older version, or a proxy with a login. */
  | 'unreadable'
  /** The browser does not let this page ask it, because this page came over HTTPS. */
  | 'mixed';

export type Answer = { kind: 'summary'; summary: Summary } | { kind: Refusal };

/** Longest answer that is read, in characters; a summary has about 1,000. */
const MAX_LENGTH = 65_536;

const BY_STATUS: Partial<Record<number, Refusal>> = {
  401: 'protected',
  403: 'protected',
  404: 'old',
  407: 'protected',
  503: 'starting',
};

/** @param url of the stack's page. Never rejects. */
export async function ask(url: string, signal: AbortSignal): Promise<Answer> {
  const address = new URL('api/summary', url);
  const options: RequestInit = { signal, cache: 'no-store' };
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch {
    if (signal.aborted) return { kind: 'away' };
    return { kind: isMixed(address) ? 'mixed' : await whyUnreadable(address, options) };
  }
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    return { kind: BY_STATUS[response.status] ?? 'unknown' };
  }
  try {
    const { data } = summary.safeParse(JSON.parse(await textOf(response)));
    return data === undefined ? { kind: 'unknown' } : { kind: 'summary', summary: data };
  } catch {
    return { kind: signal.aborted ? 'away' : 'unknown' };
  }
}

/** A page that came over HTTPS may ask nothing over HTTP, except on its own machine (mixed content). */
function isMixed({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(.*\.)?localhost$|^127\.|^\[::1\]$/.test(hostname);
  return location.protocol === 'https:' && protocol === 'http:' && !isLoopback;
}

/** The browser does not tell a page why it cannot read an answer. This shows at least whether there is one. */
async function whyUnreadable(address: URL, options: RequestInit): Promise<Refusal> {
  try {
    await fetch(address, { ...options, mode: 'no-cors' });
    return 'unreadable';
  } catch {
    return 'away';
  }
}

/** @throws {Error} if it is too long, or ends early */
async function textOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_LENGTH) {
      await reader?.cancel();
      throw new Error(`expected at most ${MAX_LENGTH} characters`);
    }
  }
}
