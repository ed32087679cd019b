/**
 * What browsers are told about every answer: load nothing from elsewhere, and show it in no frame.
 * @module
 */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Bull Board's page carries styles inline. */
export const secureBoard = secure("'self'", "'unsafe-inline'");

export const securePage = secure("'self'");

function secure(...styleSrc: string[]): MiddlewareHandler {
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
    // TLS is a proxy's business, and so is this header.
    strictTransportSecurity: false,
    // At http://<address> of another machine browsers ignore these two, and say so in the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
}
