import { type ConnectionProblem, Failure } from '../outcome/errors.ts';

interface Explanation {
  readonly connection: ConnectionProblem;
  readonly what: string;
  readonly hint: string;
  /** Whether it happens before any part of a request is sent. */
  readonly unsent?: true;
  /** The code for scripts, if it is not the error's own. */
  readonly code?: string;
}

/** Codes of this program for answers that an HTTP/1.1 client must reject. */
export const PROTOCOL_SWITCHED = 'PROTOCOL_SWITCHED';
export const TOO_MANY_INFORMATIONAL = 'TOO_MANY_INFORMATIONAL';
export const UNDECODABLE = 'UNDECODABLE';

const CUT: Explanation = {
  connection: 'cut',
  what: 'the connection was cut',
  hint: 'try again; a proxy or firewall may be in the way',
};
const UNREACHABLE = { connection: 'unreachable', hint: 'check the network', unsent: true } as const;
const TLS = {
  connection: 'tls',
  hint: 'check the port, or use http on loopback; a proxy may have answered instead of the host',
  unsent: true,
} as const;
const PROTOCOL = {
  connection: 'protocol',
  hint: 'check which server answers at this address; it may be a proxy',
} as const;
const OVERFLOW = {
  ...PROTOCOL,
  what: 'the headers of the answer are too large',
  hint: 'check which server answers at this address',
};
const NOT_HTTP = { ...PROTOCOL, what: 'the answer is not HTTP', hint: 'check the address and the port' };
const TIMEOUT = {
  connection: 'timeout',
  what: 'the host does not answer',
  hint: 'check the network',
} as const;

const CERTIFICATE: Explanation = {
  connection: 'certificate',
  what: 'its certificate is not trusted',
  hint: 'if a proxy or a private certificate authority is used, set NODE_EXTRA_CA_CERTS to its root certificate',
  unsent: true,
};

/** Messages and hints for codes of Node, OpenSSL, llhttp and undici. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    connection: 'refused',
    what: 'the connection was refused',
    hint: 'check the address and the port',
    unsent: true,
  },
  ENOTFOUND: {
    connection: 'unresolved',
    what: 'the host name cannot be resolved',
    hint: 'check the host name and the network',
    unsent: true,
  },
  EAI_AGAIN: {
    connection: 'unresolved',
    what: 'the DNS server does not answer',
    hint: 'check the network',
    unsent: true,
  },
  EHOSTUNREACH: { ...UNREACHABLE, what: 'the host cannot be reached' },
  ENETUNREACH: { ...UNREACHABLE, what: 'the network cannot be reached' },
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: { ...CUT, code: 'ECONNRESET' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { ...CUT, code: 'ECONNRESET' },
  UND_ERR_DESTROYED: CUT,
  ETIMEDOUT: TIMEOUT,
  UND_ERR_HEADERS_TIMEOUT: { ...TIMEOUT, code: 'ETIMEDOUT' },
  UND_ERR_BODY_TIMEOUT: { ...TIMEOUT, code: 'ETIMEDOUT' },
  UND_ERR_CONNECT_TIMEOUT: { ...TIMEOUT, connection: 'connect-timeout', unsent: true, code: 'ETIMEDOUT' },
  HPE_HEADER_OVERFLOW: OVERFLOW,
  UND_ERR_HEADERS_OVERFLOW: { ...OVERFLOW, code: 'HPE_HEADER_OVERFLOW' },
  [PROTOCOL_SWITCHED]: { ...PROTOCOL, what: 'it switched to another protocol (101)' },
  [TOO_MANY_INFORMATIONAL]: { ...PROTOCOL, what: 'it sends informational answers (1xx) and no final one' },
  [UNDECODABLE]: { ...PROTOCOL, what: 'its body cannot be decompressed' },
  ERR_SSL_WRONG_VERSION_NUMBER: { ...TLS, what: 'it does not speak TLS' },
  EPROTO: { ...TLS, what: 'the TLS handshake failed' },
};

/** Failures that undici reports with the same code, `UND_ERR_SOCKET`, and different messages. */
const SOCKET_MESSAGES: Readonly<Record<string, Explanation>> = {
  'bad upgrade': { ...PROTOCOL, what: 'it switched to another protocol (101)', code: PROTOCOL_SWITCHED },
  'bad response': {
    ...PROTOCOL,
    what: 'it sent an unexpected 100 (Continue)',
    code: 'UNEXPECTED_CONTINUE',
  },
};

/**
 * Creates the Failure for an error below HTTP, so that other code does not depend on codes of Node or undici.
 * @param timedOut the time-out in milliseconds, if it was the reason
 * @param unsent whether it is certain that nothing was sent; undefined: determined by the error
 */
export function connectionFailure(
  error: unknown,
  url: URL,
  timedOut: number | undefined,
  unsent?: boolean,
): Failure {
  const at = `${url.protocol}//${url.host}`;
  if (timedOut !== undefined) {
    const what = unsent === true ? `no connection to ${at}` : `no complete answer from ${at}`;
    return new Failure('network', `${what} within ${timedOut / 1000} s`, {
      code: 'ETIMEDOUT',
      connection: unsent === true ? 'connect-timeout' : 'timeout',
      unsent: unsent === true,
      hint: 'try again, or increase `--timeout`',
      cause: error,
    });
  }
  const known = explain(error);
  return new Failure('network', `no answer from ${at}: ${known.what}`, {
    code: known.code,
    connection: known.connection,
    unsent: unsent ?? known.unsent === true,
    hint: known.hint,
    cause: error,
  });
}

/** Details of a refusal by a proxy, besides its status. */
interface ProxyRefusal {
  /** The schemes in its `Proxy-Authenticate`. */
  readonly schemes?: readonly string[];
  /** Whether a user and a password were sent. */
  readonly authorized?: boolean;
  readonly cause?: unknown;
}

/** The proxy refused the tunnel; `status` is its answer to CONNECT. */
export function proxyFailure(at: string, status: number, refusal: ProxyRefusal = {}): Failure {
  const { schemes = [], authorized = false, cause } = refusal;
  const basic = schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic');
  const only = status !== 407 || basic ? '' : `: it accepts only ${schemes.join(' and ')}`;
  return new Failure('network', `no answer from ${at}: the proxy refused (${status})${only}`, {
    connection: status >= 500 ? 'proxy' : 'proxy-refused',
    unsent: true,
    hint:
      status === 407 ? credentialsHint(basic, authorized) : 'check HTTPS_PROXY, or add the host to NO_PROXY',
    cause,
  });
}

function credentialsHint(basic: boolean, authorized: boolean): string {
  if (!basic)
    return 'only Basic is supported: set HTTPS_PROXY to a local proxy that signs in to this one, or ask for an exception and add the host to NO_PROXY';
  if (authorized) return 'the proxy does not accept the user and the password in HTTPS_PROXY: check them';
  return 'the proxy requires a user and a password: HTTPS_PROXY=http://user:password@host:port';
}

/** The names of the schemes in the values of `Proxy-Authenticate`, each once, as they are written. */
export function schemesOf(header: string | readonly string[] | undefined): string[] {
  const challenges = header === undefined ? [] : [header].flat();
  // A scheme is a word without an equals sign after it: `Basic realm="x", NTLM`.
  const names = challenges.flatMap((challenge) =>
    challenge
      .replaceAll(/"[^"]*"/g, '""')
      .split(',')
      .flatMap((part) => /^\s*([\w-]+)(?=\s|$)(?!\s*=)/.exec(part)?.[1] ?? []),
  );
  return [...new Set(names)];
}

/** The proxy itself cannot be reached. @param proxy shown without its user and password */
export function proxyUnreachable(error: unknown, proxy: URL): Failure {
  const { what, code, connection } = explain(error);
  return new Failure('network', `no answer from the proxy ${proxy.protocol}//${proxy.host}: ${what}`, {
    code,
    connection: connection === 'cut' ? 'cut' : 'proxy',
    unsent: true,
    hint: 'check HTTPS_PROXY, or add the host to NO_PROXY',
    cause: error,
  });
}

/** The explanation of an error, with the code for scripts. */
function explain(error: unknown): Omit<Explanation, 'code'> & { readonly code: string | undefined } {
  const code = codeOf(error);
  const known = explanationOf(code, error);
  return { ...known, code: known.code ?? code };
}

function explanationOf(code: string | undefined, error: unknown): Explanation {
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'UND_ERR_SOCKET') return SOCKET_MESSAGES[message] ?? (EXPLANATIONS[code] as Explanation);
  // All addresses of a host were tried without success.
  if (code === 'ETIMEDOUT' && isConnecting(error))
    return { ...TIMEOUT, connection: 'connect-timeout', unsent: true };
  if (code !== undefined) {
    const known = EXPLANATIONS[code];
    if (known !== undefined) return known;
    if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) return CERTIFICATE;
    if (code.startsWith('ERR_SSL_')) return { ...TLS, what: 'the TLS handshake failed' };
    if (code.startsWith('HPE_')) return NOT_HTTP;
  }
  // undici's parser errors have no code, only a message.
  if (error instanceof Error && error.name === 'HTTPParserError')
    return /EOF/.test(message)
      ? { ...CUT, code: 'ECONNRESET' }
      : { ...NOT_HTTP, code: 'HPE_INVALID_CONSTANT' };
  return { connection: 'other', what: message, hint: 'check the network' };
}

/** An error for a failure that Node reports without one. */
export function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function isConnecting(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.every(isConnecting);
  return 'syscall' in error && error.syscall === 'connect';
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return codeOf(error.errors[0]);
  return codeOf((error as { readonly cause?: unknown }).cause) ?? ownCode(error);
}

function ownCode(error: object): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
