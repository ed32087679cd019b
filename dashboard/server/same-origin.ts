/**
 * Stops other sites from using the login that a browser remembers.
 * @module
 */
import type { MiddlewareHandler } from 'hono';

/**
 * Rejects state-changing requests from pages of other origins with 403.
 *
 * Follows `CrossOriginProtection` of Go 1.25 (https://pkg.go.dev/net/http#CrossOriginProtection): browsers state the
 * relation in `Sec-Fetch-Site`. They omit it over plain HTTP, except on localhost; then `Origin` must name this host. A
 * client that sends neither is not a browser and has no remembered login to abuse. The scheme is not
 * compared, because it differs behind a proxy that terminates TLS.
 */
export const requireSameOrigin: MiddlewareHandler = async (c, next) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  const host = c.req.header('Host');
  const isSameOrigin = site
    ? site === 'same-origin' || site === 'none'
    : !origin || URL.parse(origin)?.host === host;
  if (isSameOrigin) return next();
  return c.text(
    `cross-origin request refused: expected origin ${host}, got ${origin ?? 'another site'}\n`,
    403,
  );
};
