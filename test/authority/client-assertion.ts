import { constants, verify, X509Certificate } from 'node:crypto';
import { invalidClient } from './entra-error.ts';

interface Assertion {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** The values that a client assertion must match. */
export interface Expected {
  /** The registered certificate (PEM). */
  readonly certificate: string;
  readonly clientId: string;
  /** The token endpoint, with the host that the client used. */
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Verifies a client assertion signed with a certificate's key (RFC 7523): thumbprint, signature, issuer, audience, time. */
export function verifyClientAssertion(token: string, expected: Expected): void {
  const { header, claims, signed, signature } = parse(token);
  const certificate = new X509Certificate(expected.certificate);
  const [name, thumbprint] =
    header['x5t#S256'] === undefined
      ? (['x5t', certificate.fingerprint] as const)
      : (['x5t#S256', certificate.fingerprint256] as const);
  const registered = Buffer.from(thumbprint.replaceAll(':', ''), 'hex').toString('base64url');
  if (header[name] !== registered) {
    throw invalidClient(700027, `The certificate with ${name} '${header[name]}' is not registered.`);
  }
  const key = certificate.publicKey;
  const padded =
    header.alg === 'PS256'
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : header.alg === 'RS256'
        ? { key, padding: constants.RSA_PKCS1_PADDING }
        : undefined;
  if (padded === undefined || !verify('sha256', signed, padded, signature)) {
    throw invalidClient(700027, `The client assertion (${header.alg}) failed signature validation.`);
  }
  if (claims.iss !== expected.clientId || claims.sub !== expected.clientId) {
    throw invalidClient(700025, 'Issuer and subject of the client assertion must be the client id.');
  }
  if (claims.aud !== expected.audience) {
    throw invalidClient(700023, `The audience '${claims.aud}' of the client assertion is not accepted.`);
  }
  const seconds = expected.now / 1000;
  // The clocks can differ by five minutes.
  if (
    typeof claims.exp !== 'number' ||
    claims.exp < seconds - 300 ||
    Number(claims.nbf ?? 0) > seconds + 300
  ) {
    throw invalidClient(700024, 'The client assertion is not within its valid time range.');
  }
}

function parse(token: string): Assertion {
  const [header = '', claims = '', signature = '', ...more] = token.split('.');
  try {
    if (more.length > 0) throw new Error('too many parts');
    return {
      header: read(header),
      claims: read(claims),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    throw invalidClient(50027, 'The client assertion is not a JSON Web Token.');
  }
}

function read(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}
