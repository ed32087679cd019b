/**
 * Stops other sites from using the login that a browser remembers.
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono';

/**
 * Rejects state-changing requests from pages of other origins with 403.
 *
 * Follows `CrossOriginProtection` of Go 1.25 (https://pkg.go.dev/net/http#CrossOriginProtection): browsers state the
 * relation in `Sec-Fetch-Site`. They omit it over plain HTTP, except on localhost. Then a request is safe if the browser would
 * have asked for permission first, or if `Origin` names this host, as in `Host` or, behind a proxy that sends a `Host` of its own,
 * in `X-Forwarded-Host`. A client that sends neither `Sec-Fetch-Site` nor `Origin` is not a browser and has no remembered login to
 * abuse. The scheme is not compared, because it differs behind a proxy that terminates TLS.
 */
export const requireSameOrigin: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const hosts = hostsOf(c);
  const isSameOrigin = site
    ? site === 'same-origin' || site === 'none'
    : !origin || needsPermission(c) || hosts.includes(URL.parse(origin)?.host ?? '');
  if (isSameOrigin) return next();
  return c.text(
    `cross-origin request refused: expected origin ${hosts.join(' or ')}, got ${origin ?? 'another site'}; a proxy must pass on Host\n`,
    403,
  );
};

/**
 * Returns true for requests that a browser sends to another origin only with its permission, which it asks for with a CORS
 * preflight (https://fetch.spec.whatwg.org/#cors-protocol) and the dashboard never gives. A POST with any other type may come
 * without a preflight: from a form, or from the browser itself, such as `text/ping` or `application/csp-report`.
 */
function needsPermission(c: Context): boolean {
  const type = c.req.header('Content-Type') ?? '';
  return c.req.method !== 'POST' || /^application\/json *(;|$)/i.test(type);
}

/** Returns the names under which a client may know this host. Each proxy may have added one. */
function hostsOf(c: Context): string[] {
  const forwarded = c.req.header('X-Forwarded-Host')?.split(',') ?? [];
  return [c.req.header('Host') ?? '', ...forwarded].map((host) => host.trim()).filter(Boolean);
}
