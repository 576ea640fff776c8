import { generate } from 'selfsigned';

/** A certificate and its private key, both in PEM. */
export interface KeyAndCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A private root certificate and a server certificate issued by it. */
export interface ServerCertificate extends KeyAndCertificate {
  /** The root certificate (PEM) that a client must trust. */
  readonly ca: string;
}

const DNS = 2;
const IP = 7;

/**
 ** A new root certificate, and a server certificate for `localhost`, `127.0.0.1` and the given host names.
 ** There are two, because trust in a root tests more than trust in the server certificate.
 */
export async function createServerCertificate(hosts: readonly string[] = []): Promise<ServerCertificate> {
  const root = await generate([{ name: 'commonName', value: 'Root of a test run' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: root.private, cert: root.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...['localhost', ...hosts].map((value) => ({ type: DNS, value }) as const),
          { type: IP, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: root.cert, certificate: leaf.cert, privateKey: leaf.private };
}

/**
 * A self-signed certificate of an app registration: RSA, 2048 bits. With a passphrase the key is encrypted PKCS#8.
 ** A PEM file for @azure/identity contains the private key followed by the certificate.
 */
export async function createAppCertificate(passphrase?: string): Promise<KeyAndCertificate> {
  const { cert, private: privateKey } = await generate(
    [{ name: 'commonName', value: 'an app of the tests' }],
    {
      keyType: 'rsa',
      keySize: 2048,
      algorithm: 'sha256',
      ...(passphrase === undefined ? {} : { passphrase }),
    },
  );
  return { certificate: cert, privateKey };
}
