/**
 * Malformed and unusual requests for property-based tests.
 * @module
 */
import { fc } from '@fast-check/vitest';

const oddFragments = fc.constantFrom(
  ...['%', '%2', '%zz', '%00', '%0a', '%2e%2e', '%2f', '%25', '%c3', '%ff', '/', '//', '.', '..'],
  ...String.raw`\ ? # & = : ; * @ + {} [] ü ١٢ 😀 a 1`.split(' '),
  ' ',
);

const numbers = fc.oneof(
  fc.bigInt().map(String),
  fc.double().map(String),
  fc.constantFrom('0', '007', '1e3', '0x10', '-0', '+1', '2.0', '9007199254740993', 'NaN'),
);

/** Random characters, invalid percent-encoding, all kinds of numbers, up to 20,000 characters. */
const garbage = fc.oneof(
  fc.array(oddFragments, { maxLength: 12 }).map((fragments) => fragments.join('')),
  fc.string({ unit: 'binary' }),
  numbers,
  fc.integer({ min: 1000, max: 20_000 }).map((length) => 'a'.repeat(length)),
);

/** Any path; many start with one of `known`. */
export function anyPath(...known: string[]): fc.Arbitrary<string> {
  return fc.oneof(
    garbage.map((text) => `/${text}`),
    fc.tuple(fc.constantFrom(...known), garbage).map((parts) => parts.join('')),
    fc.constantFrom(...known),
  );
}

/** Any method that `Request` accepts. */
export const anyMethod = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('GET', 'HEAD', 'POST') },
  fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY', 'PROPFIND'),
  fc.stringMatching(/^[A-Z]{1,12}$/).filter((method) => !/^(CONNECT|TRACE|TRACK)$/.test(method)),
);

const latin1 = fc
  .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)).trim());

const headerValues = fc.oneof(
  latin1,
  numbers,
  fc.constantFrom('Basic', 'Basic ====', 'Basic YWRtaW4=', 'Bearer x', 'null', '*', '*/*;q=x'),
  fc.constantFrom('gzip, br', 'bytes=-0', 'bytes=5-1', 'bytes=99999-', 'chunked', 'a=b; a=%'),
  fc.integer({ min: 1000, max: 8000 }).map((length) => 'x'.repeat(length)),
);

const headerNames = fc.oneof(
  fc.constantFrom('Authorization', 'Origin', 'Cookie', 'Last-Event-ID', 'Accept-Encoding', 'Range'),
  fc.constantFrom('Accept', 'Content-Type', 'Content-Length', 'Host', 'If-None-Match', 'Referer'),
  fc.constantFrom('X-Forwarded-For', 'Sec-Fetch-Site', 'If-Modified-Since', 'Transfer-Encoding'),
  fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
);

/** Any headers that `Request` accepts. */
export const anyHeaders = fc.dictionary(headerNames, headerValues, { maxKeys: 20 });

/** Any request without a body; many paths start with one of `known`. */
export function anyRequest(...known: string[]) {
  return fc.record({ method: anyMethod, path: anyPath(...known), headers: anyHeaders });
}

const queryValues = fc.oneof(
  numbers,
  fc.constantFrom('completed', 'latest', 'loops', '%', '__proto__', '[]', '{}', '\0'),
  fc.string({ unit: 'binary' }),
);

/** Any query string, often with parameters of the dashboard and Bull Board. */
export const anyQuery = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom('seconds', 'activeQueue', 'page', 'jobsPerPage', 'status', 'search', 'x[]'),
      fc.string(),
    ),
    queryValues,
  )
  .map((query) => new URLSearchParams(query).toString());
