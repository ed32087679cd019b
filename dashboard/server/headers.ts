/**
 * Security headers of every response: pages load nothing from other origins and cannot be framed.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Bull Board's page has inline styles. */
export const boardHeaders = headers("'self'", "'unsafe-inline'");

export const pageHeaders = headers("'self'");

function headers(...styleSrc: string[]): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc,
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    // Left to the proxy that terminates TLS.
    strictTransportSecurity: false,
    // Over plain HTTP, except on localhost, browsers ignore these two and log a warning to the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}
