/**
 * Stops other sites from using the login that a browser remembers.
 * @module
 */
import type { Context, MiddlewareHandler } from 'hono';

/**
 * Rejects state-changing requests from pages of other origins with 403.
 *
 * Follows `CrossOriginProtection` of Go 1.25 (https://pkg.go.dev/net/http#CrossOriginProtection): browsers state the
 * relation in `Sec-Fetch-Site`. They omit it over plain HTTP, except on localhost; then `Origin` must name this host, as in
 * `Host` or, behind a proxy that sends a `Host` of its own, in `X-Forwarded-Host`. A page of another origin cannot send the
 * latter: the browser would ask for permission first (CORS), which the dashboard never gives. A client that sends neither
 * `Sec-Fetch-Site` nor `Origin` is not a browser and has no remembered login to abuse. The scheme is not compared, because it
 * differs behind a proxy that terminates TLS.
 */
export const requireSameOrigin: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const hosts = hostsOf(c);
  const isSameOrigin = site
    ? site === 'same-origin' || site === 'none'
    : !origin || hosts.includes(URL.parse(origin)?.host ?? '');
  if (isSameOrigin) return next();
  return c.text(
    `cross-origin request refused: expected origin ${hosts.join(' or ')}, got ${origin ?? 'another site'}; a proxy must pass on Host\n`,
    403,
  );
};

/** Returns the names under which a client may know this host. Each proxy may have added one. */
function hostsOf(c: Context): string[] {
  const forwarded = c.req.header('X-Forwarded-Host')?.split(',') ?? [];
  return [c.req.header('Host') ?? '', ...forwarded].map((host) => host.trim()).filter(Boolean);
}
