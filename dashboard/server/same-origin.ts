/**
 * Keeps other sites from changing something with the login that a browser remembers.
 * @module
 */
import type { MiddlewareHandler } from 'hono';

/**
 * Refuses requests that change something and come from a page of another origin, with 403.
 *
 * The rule of `CrossOriginProtection` in Go 1.25 (https://pkg.go.dev/net/http#CrossOriginProtection): browsers
 * tell in `Sec-Fetch-Site` who asks. They leave it out at a plain http address that is not localhost; there
 * `Origin` has to name this host. Who sends neither is not a browser, and has no login of somebody else's.
 * The scheme is not compared: behind a proxy that speaks TLS it is another one.
 */
export const requireSameOrigin: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const host = c.req.header('Host');
  const isOwn = site
    ? site === 'same-origin' || site === 'none'
    : !origin || URL.parse(origin)?.host === host;
  if (isOwn) return next();
  return c.text(
    `refused: expected a request from a page of ${host}, found one from ${origin ?? 'another site'}\n`,
    403,
  );
};
