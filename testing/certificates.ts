/**
 * Certificates for tests that speak TLS.
 * @module
 */
import { generate } from 'selfsigned';

export interface Certificates {
  /** The authority's, to trust it. PEM, as all here. */
  authority: string;
  cert: string;
  key: string;
}

/** A new authority, and a certificate for 127.0.0.1 that it signed. */
export async function makeCertificates(): Promise<Certificates> {
  const common = { algorithm: 'sha256', keyType: 'ec' } as const;
  const authority = await generate([{ name: 'commonName', value: 'an authority for tests' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const signed = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { authority: authority.cert, cert: signed.cert, key: signed.private };
}
