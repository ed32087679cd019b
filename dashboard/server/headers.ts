/**
 * Security headers of every response: pages load nothing from other origins and cannot be framed. Only the class page reads from
 * other origins, which must allow it.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Bull Board's page has inline styles. */
export const boardHeaders = headers({ styleSrc: ["'self'", "'unsafe-inline'"] });

/** The class page asks stacks, whatever their addresses. */
export const classHeaders = headers({ connectSrc: ['http:', 'https:'] });

export const pageHeaders = headers({});

function headers(sources: { styleSrc?: string[]; connectSrc?: string[] }): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'"],
      ...sources,
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
