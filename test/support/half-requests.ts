/**
 * Requests that a client begins and never finishes.
 * @module
 */

/** Ends inside the headers. */
export const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: a\r\nX-Half: ';

/** Ends halfway through a body of this many bytes. */
export function halfABody(bytes: number): string {
  return `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes / 2)}`;
}
