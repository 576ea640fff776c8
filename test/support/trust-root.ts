import tls from 'node:tls';

const trustful = tls.createSecureContext;

/** Has this process trust a root certificate (PEM), as NODE_EXTRA_CA_CERTS does at its start. */
export function trustRoot(ca: string): void {
  tls.createSecureContext = (options) => trustful({ ca, ...options });
}

export function distrustRoot(): void {
  tls.createSecureContext = trustful;
}
