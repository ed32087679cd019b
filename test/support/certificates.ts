/**
 * Certificates for tests of TLS connections.
 * @module
 */
import { generate } from 'selfsigned';

/** PEM texts. */
export interface Certificates {
  /** Certificate of the authority, for clients to trust. */
  authority: string;
  cert: string;
  /** Private key of `cert`. */
  key: string;
}

/** Creates a certificate authority and a certificate for 127.0.0.1 signed by it. */
export async function makeCertificates(): Promise<Certificates> {
  const common = { algorithm: 'sha256', keyType: 'ec' } as const;
  const authority = await generate([{ name: 'commonName', value: 'test authority' }], {
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
