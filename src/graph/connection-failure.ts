import { Failure } from '../outcome/errors.ts';

interface Explanation {
  readonly what: string;
  readonly hint: string;
  /** It happens before anything of a request is sent. */
  readonly unsent?: true;
}

/** Our own code for an answer that switches to another protocol (101), which no request here asks for. */
export const PROTOCOL_SWITCHED = 'PROTOCOL_SWITCHED';

/** What a code of Node or OpenSSL means to a person, and what to do about it. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: { what: 'nothing listens there', hint: 'check the address and the port', unsent: true },
  ENOTFOUND: {
    what: 'the name cannot be resolved',
    hint: 'check the host name and the network',
    unsent: true,
  },
  EAI_AGAIN: { what: 'the name server does not answer', hint: 'check the network', unsent: true },
  EHOSTUNREACH: { what: 'the host cannot be reached', hint: 'check the network', unsent: true },
  ENETUNREACH: { what: 'the network cannot be reached', hint: 'check the network', unsent: true },
  ECONNRESET: { what: 'the connection was cut', hint: 'try again; a proxy or firewall may be in the way' },
  EPIPE: { what: 'the connection was cut', hint: 'try again; a proxy or firewall may be in the way' },
  ETIMEDOUT: { what: 'the host does not answer', hint: 'check the network' },
  HPE_HEADER_OVERFLOW: {
    what: 'the headers of the answer are too large',
    hint: 'check what answers there',
  },
  [PROTOCOL_SWITCHED]: {
    what: 'it switched to another protocol (101)',
    hint: 'check what answers there; a proxy may be in the way',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    what: 'it does not speak TLS',
    hint: 'check the port, or use http on loopback',
    unsent: true,
  },
  EPROTO: {
    what: 'the TLS handshake failed',
    hint: 'check the port, or use http on loopback',
    unsent: true,
  },
};

const CERTIFICATE: Explanation = {
  what: 'its certificate is not trusted',
  hint: 'if a proxy or a private authority stands in between, give its root with NODE_EXTRA_CA_CERTS',
  unsent: true,
};

/**
 * Words a failure below HTTP; `written` is `no` where nothing can have been sent.
 * @param timedOut the time-out in milliseconds, where it was the reason
 */
export function connectionFailure(error: unknown, url: URL, timedOut: number | undefined): Failure {
  const at = `${url.protocol}//${url.host}`;
  if (timedOut !== undefined) {
    return new Failure('network', `no complete answer from ${at} within ${timedOut / 1000} s`, {
      code: 'ETIMEDOUT',
      hint: 'try again, or allow more with `--timeout`',
      cause: error,
    });
  }
  const code = codeOf(error);
  const { what, hint, unsent } = explain(code, error);
  const written = unsent === true ? 'no' : undefined;
  return new Failure('network', `no answer from ${at}: ${what}`, { code, hint, written, cause: error });
}

/** The proxy would not open the way; `status` is what it answered to CONNECT. */
export function proxyFailure(at: string, status: number, cause?: unknown): Failure {
  return new Failure('network', `no answer from ${at}: the proxy refuses (${status})`, {
    hint:
      status === 407
        ? 'the proxy wants a user and a password: HTTPS_PROXY=http://user:password@host:port'
        : 'check HTTPS_PROXY, or name the host in NO_PROXY',
    written: 'no',
    cause,
  });
}

/** The proxy itself cannot be reached. @param proxy shown without its user and password */
export function proxyUnreachable(error: Error, proxy: URL): Failure {
  const code = codeOf(error);
  const { what } = explain(code, error);
  return new Failure('network', `no answer from the proxy ${proxy.protocol}//${proxy.host}: ${what}`, {
    code,
    hint: 'check HTTPS_PROXY, or name the host in NO_PROXY',
    written: 'no',
    cause: error,
  });
}

function explain(code: string | undefined, error: unknown): Explanation {
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) return CERTIFICATE;
  const known = code === undefined ? undefined : EXPLANATIONS[code];
  if (known !== undefined) return known;
  if (code?.startsWith('HPE_'))
    return { what: 'what came back is not HTTP', hint: 'check the address and the port' };
  return { what: error instanceof Error ? error.message : String(error), hint: 'check the network' };
}

/** An error for what Node reports without one. */
export function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return codeOf(error.errors[0]);
  if ('cause' in error && error.cause !== undefined) return codeOf(error.cause) ?? ownCode(error);
  return ownCode(error);
}

function ownCode(error: object): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
