import tls from 'node:tls';

const original = tls.createSecureContext;

/** Makes this process trust a root certificate (PEM), as NODE_EXTRA_CA_CERTS does at the start. */
export function trustRoot(ca: string): void {
  tls.createSecureContext = (options) => original({ ca, ...options });
}

export function distrustRoot(): void {
  tls.createSecureContext = original;
}
