/**
 * Security headers of every response: browsers load nothing from other origins and show it in no frame.
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
    // Belongs to the proxy that terminates TLS.
    strictTransportSecurity: false,
    // At a plain http address other than localhost, browsers ignore these two and log a warning to the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}
