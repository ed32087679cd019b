/**
 * Checks of several parts that speak HTTP.
 * @module
 */
import { expectThat, show, Skipped, type Check } from './check.ts';
import { ask, type HttpTarget } from './http.ts';

/** Both are `localhost`. Which one a client tries first depends on the system and the language. */
const LOOPBACK = ['127.0.0.1', '[::1]'];

/** The part does not listen on an address, or the machine has no such address. */
const NOT_LISTENING = ['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EAFNOSUPPORT'];

/** Requests a path and accepts any response. */
export function answersHttp(path: string): Check<HttpTarget> {
  return {
    name: 'responds to HTTP requests',
    required: true,
    async run({ origin }, signal) {
      await ask(origin, { path }, signal);
    },
  };
}

/**
 * A part may listen on one of the addresses only. If another program listens on the other one, some clients reach that.
 * @param form what the body of the part's response looks like
 */
export function isAloneAtLocalhost(path: string, form: RegExp): Check<HttpTarget> {
  return {
    name: 'no other program listens at localhost, on IPv4 or IPv6',
    async run({ origin }, signal) {
      const { hostname, port } = new URL(origin);
      if (hostname !== 'localhost') throw new Skipped(`${hostname} is not localhost`);
      for (const address of LOOPBACK) {
        const body = await bodyAt(`http://${address}:${port || 80}`, path, signal);
        const isRight = body === undefined || form.test(body);
        expectThat(isRight, `${form} at ${address}:${port || 80}`, show(body));
      }
    },
  };
}

/** Resolves to undefined if nothing listens there. */
async function bodyAt(origin: string, path: string, signal: AbortSignal) {
  try {
    return (await ask(origin, { path }, signal)).body.toString();
  } catch (err) {
    if (NOT_LISTENING.includes((err as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw err;
  }
}

/** How rng and hasher introduce themselves. @param title the first word, such as RNG */
export function introductionChecks(title: string): Check<HttpTarget>[] {
  const form = new RegExp(`^${title} running on \\S+\\n$`);
  return [
    answersHttp('/'),
    {
      name: `GET / returns "${title} running on <host name>" and a newline`,
      async run({ origin }, signal) {
        const { status, body } = await ask(origin, { path: '/' }, signal);
        expectThat(status === 200, 'status 200', String(status));
        expectThat(form.test(body.toString()), String(form), show(body));
      },
    },
    {
      // Frameworks declare it as HTML unless told otherwise, and nobody depends on that.
      name: 'GET / has a text content type',
      async run({ origin }, signal) {
        const { type } = await ask(origin, { path: '/' }, signal);
        expectThat(/^text\//.test(type ?? ''), 'text/plain', show(type));
      },
    },
    {
      name: 'HEAD / returns 200, for httping',
      async run({ origin }, signal) {
        const { status } = await ask(origin, { path: '/', method: 'HEAD' }, signal);
        expectThat(status === 200, 'status 200', String(status));
      },
    },
    isAloneAtLocalhost('/', form),
  ];
}
