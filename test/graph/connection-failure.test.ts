import { describe, expect, test } from '@jest/globals';
import {
  connectionFailure,
  proxyFailure,
  proxyUnreachable,
  schemesOf,
} from '../../src/graph/connection-failure.ts';
import type { Failure } from '../../src/outcome/errors.ts';

const URL_OF_GRAPH = new URL('https://graph.example:8443/beta/x?y');

function withCode(code: string, message = 'words of Node'): Error {
  return Object.assign(new Error(message), { code });
}

/** The shown parts of a failure: kind, message, code, hint. */
function shown({ kind, message, details }: Failure): unknown[] {
  return [kind, message, details.code, details.hint];
}

const ANSWERS = 'check the address and the port';
const NETWORK = 'check the network';
const CUT = 'try again; a proxy or firewall may be in the way';
const TLS = 'check the port, or use http on loopback; a proxy may have answered instead of the host';
const SERVER = 'check which server answers at this address; it may be a proxy';
const ROOT =
  'if a proxy or a private certificate authority is used, set NODE_EXTRA_CA_CERTS to its root certificate';

describe('the message about a failed connection', () => {
  test.each([
    ['ECONNREFUSED', 'the connection was refused', ANSWERS],
    ['ENOTFOUND', 'the host name cannot be resolved', 'check the host name and the network'],
    ['EAI_AGAIN', 'the DNS server does not answer', NETWORK],
    ['EHOSTUNREACH', 'the host cannot be reached', NETWORK],
    ['ENETUNREACH', 'the network cannot be reached', NETWORK],
    ['ECONNRESET', 'the connection was cut', CUT],
    ['EPIPE', 'the connection was cut', CUT],
    ['ETIMEDOUT', 'the host does not answer', NETWORK],
    [
      'HPE_HEADER_OVERFLOW',
      'the headers of the answer are too large',
      'check which server answers at this address',
    ],
    ['HPE_INVALID_CONSTANT', 'the answer is not HTTP', ANSWERS],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS', TLS],
    ['EPROTO', 'the TLS handshake failed', TLS],
    ['CERT_HAS_EXPIRED', 'its certificate is not trusted', ROOT],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted', ROOT],
    ['SELF_SIGNED_X', 'its certificate is not trusted', ROOT],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted', ROOT],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not trusted', ROOT],
    ['ERR_TLS_X', 'its certificate is not trusted', ROOT],
    ['ERR_SSL_X', 'the TLS handshake failed', TLS],
    ['PROTOCOL_SWITCHED', 'it switched to another protocol (101)', SERVER],
    ['TOO_MANY_INFORMATIONAL', 'it sends informational answers (1xx) and no final one', SERVER],
    ['UNDECODABLE', 'its body cannot be decompressed', SERVER],
    ['X_ERR_SSL_', 'words of Node', NETWORK],
    ['EOTHER', 'words of Node', NETWORK],
    ['E_HPE_X', 'words of Node', NETWORK],
  ])('for %s', (code, what, hint) => {
    const error = withCode(code);
    const failure = connectionFailure(error, URL_OF_GRAPH, undefined);
    const message = `no answer from https://graph.example:8443: ${what}`;
    expect(shown(failure)).toEqual(['network', message, code, hint]);
    expect(failure.cause).toBe(error);
  });

  test.each([
    ['an error without a code', new Error('words'), 'words'],
    ['an error whose code is a number', Object.assign(new Error('words'), { code: 5 }), 'words'],
    ['a string', 'a text', 'a text'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
  ])('for %s', (_, error, what) => {
    expect(shown(connectionFailure(error, new URL('http://127.0.0.1:1/'), undefined))).toEqual([
      'network',
      `no answer from http://127.0.0.1:1: ${what}`,
      undefined,
      'check the network',
    ]);
  });

  test.each([
    ['other side closed', 'the connection was cut', 'ECONNRESET', CUT],
    ['bad upgrade', 'it switched to another protocol (101)', 'PROTOCOL_SWITCHED', SERVER],
    ['bad response', 'it sent an unexpected 100 (Continue)', 'UNEXPECTED_CONTINUE', SERVER],
  ])('for a socket error of undici with the message “%s”', (message, what, code, hint) => {
    expect(shown(connectionFailure(withCode('UND_ERR_SOCKET', message), URL_OF_GRAPH, undefined))).toEqual([
      'network',
      `no answer from https://graph.example:8443: ${what}`,
      code,
      hint,
    ]);
  });

  test('for a time-out before anything was sent has the time, too', () => {
    const failure = connectionFailure(undefined, URL_OF_GRAPH, 20, true);
    expect(failure).toMatchObject({
      message: 'no connection to https://graph.example:8443 within 0.02 s',
      details: { code: 'ETIMEDOUT', connection: 'connect-timeout', unsent: true },
    });
  });

  test('for a time-out has the time, with any other error', () => {
    const error = withCode('ECONNRESET');
    const failure = connectionFailure(error, URL_OF_GRAPH, 1_500);
    expect(shown(failure)).toEqual([
      'network',
      'no complete answer from https://graph.example:8443 within 1.5 s',
      'ETIMEDOUT',
      'try again, or increase `--timeout`',
    ]);
    expect(failure.details).toMatchObject({ connection: 'timeout', unsent: false });
    expect(failure.cause).toBe(error);
  });
});

describe('the kind of a failed connection, and whether the request can have been sent', () => {
  const undici = (code: string, message = 'words', name = 'Error') =>
    Object.assign(new Error(message), { code, name });
  const connecting = (code: string) => Object.assign(withCode(code), { syscall: 'connect' });

  test.each<[string, unknown, string, boolean, string]>([
    ['ECONNREFUSED', withCode('ECONNREFUSED'), 'refused', true, 'ECONNREFUSED'],
    ['ENOTFOUND', withCode('ENOTFOUND'), 'unresolved', true, 'ENOTFOUND'],
    ['EAI_AGAIN', withCode('EAI_AGAIN'), 'unresolved', true, 'EAI_AGAIN'],
    ['EHOSTUNREACH', withCode('EHOSTUNREACH'), 'unreachable', true, 'EHOSTUNREACH'],
    ['ENETUNREACH', withCode('ENETUNREACH'), 'unreachable', true, 'ENETUNREACH'],
    ['ECONNRESET', withCode('ECONNRESET'), 'cut', false, 'ECONNRESET'],
    ['EPIPE', withCode('EPIPE'), 'cut', false, 'EPIPE'],
    ['a closed socket', undici('UND_ERR_SOCKET', 'other side closed'), 'cut', false, 'ECONNRESET'],
    ['an incomplete body', undici('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), 'cut', false, 'ECONNRESET'],
    ['a destroyed connection', undici('UND_ERR_DESTROYED'), 'cut', false, 'UND_ERR_DESTROYED'],
    ['ETIMEDOUT', withCode('ETIMEDOUT'), 'timeout', false, 'ETIMEDOUT'],
    ['no headers in time', undici('UND_ERR_HEADERS_TIMEOUT'), 'timeout', false, 'ETIMEDOUT'],
    ['no body in time', undici('UND_ERR_BODY_TIMEOUT'), 'timeout', false, 'ETIMEDOUT'],
    ['ETIMEDOUT of connect', connecting('ETIMEDOUT'), 'connect-timeout', true, 'ETIMEDOUT'],
    [
      'ETIMEDOUT of each address',
      { errors: [connecting('ETIMEDOUT'), connecting('ECONNREFUSED')] },
      'connect-timeout',
      true,
      'ETIMEDOUT',
    ],
    [
      'a time-out of undici while connecting',
      undici('UND_ERR_CONNECT_TIMEOUT'),
      'connect-timeout',
      true,
      'ETIMEDOUT',
    ],
    [
      'ETIMEDOUT of one address',
      { errors: [withCode('ETIMEDOUT'), connecting('ECONNREFUSED')] },
      'timeout',
      false,
      'ETIMEDOUT',
    ],
    [
      'ETIMEDOUT of another call',
      Object.assign(withCode('ETIMEDOUT'), { syscall: 'read' }),
      'timeout',
      false,
      'ETIMEDOUT',
    ],
    [
      'ETIMEDOUT, and errors that are not objects',
      { errors: [connecting('ETIMEDOUT'), null] },
      'timeout',
      false,
      'ETIMEDOUT',
    ],
    ['ETIMEDOUT and a string', { errors: [connecting('ETIMEDOUT'), 'x'] }, 'timeout', false, 'ETIMEDOUT'],
    [
      'ETIMEDOUT of connect, with errors that are not a list',
      Object.assign(connecting('ETIMEDOUT'), { errors: 'x' }),
      'connect-timeout',
      true,
      'ETIMEDOUT',
    ],
    ['a time-out with a cause', { cause: connecting('ETIMEDOUT') }, 'timeout', false, 'ETIMEDOUT'],
    ['ECONNRESET of connect', connecting('ECONNRESET'), 'cut', false, 'ECONNRESET'],
    ['EPROTO', withCode('EPROTO'), 'tls', true, 'EPROTO'],
    [
      'a TLS alert',
      withCode('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'),
      'tls',
      true,
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    ],
    ['CERT_HAS_EXPIRED', withCode('CERT_HAS_EXPIRED'), 'certificate', true, 'CERT_HAS_EXPIRED'],
    ['101', undici('UND_ERR_SOCKET', 'bad upgrade'), 'protocol', false, 'PROTOCOL_SWITCHED'],
    ['100', undici('UND_ERR_SOCKET', 'bad response'), 'protocol', false, 'UNEXPECTED_CONTINUE'],
    ['large headers', undici('UND_ERR_HEADERS_OVERFLOW'), 'protocol', false, 'HPE_HEADER_OVERFLOW'],
    [
      'a parser error',
      Object.assign(new Error('x'), { name: 'HTTPParserError' }),
      'protocol',
      false,
      'HPE_INVALID_CONSTANT',
    ],
    [
      'an early end',
      Object.assign(new Error('Invalid EOF state'), { name: 'HTTPParserError' }),
      'cut',
      false,
      'ECONNRESET',
    ],
    ['anything else', withCode('EOTHER'), 'other', false, 'EOTHER'],
  ])('%s', (_, error, connection, unsent, code) => {
    const { details } = connectionFailure(error, URL_OF_GRAPH, undefined);
    expect([details.connection, details.unsent, details.code]).toEqual([connection, unsent, code]);
  });

  test.each([true, false])('has the value of unsent that the caller knows: %s', (unsent) => {
    const cut = connectionFailure(withCode('ECONNRESET'), URL_OF_GRAPH, undefined, unsent);
    const refused = connectionFailure(withCode('ECONNREFUSED'), URL_OF_GRAPH, undefined, unsent);
    expect([cut.details.unsent, refused.details.unsent]).toEqual([unsent, unsent]);
  });

  test.each<[number, string]>([
    [403, 'proxy-refused'],
    [407, 'proxy-refused'],
    [499, 'proxy-refused'],
    [500, 'proxy'],
    [502, 'proxy'],
    [504, 'proxy'],
  ])('for a proxy that answers %i is %s', (status, connection) => {
    expect(proxyFailure('https://graph.example', status).details).toMatchObject({ connection, unsent: true });
  });

  test.each<[string, string]>([
    ['ECONNREFUSED', 'proxy'],
    ['ENOTFOUND', 'proxy'],
    ['ECONNRESET', 'cut'],
  ])('for a proxy that cannot be reached (%s) is %s', (code, connection) => {
    const { details } = proxyUnreachable(withCode(code), new URL('http://proxy.example'));
    expect(details).toMatchObject({ connection, unsent: true });
  });
});

describe('the code of an error', () => {
  const codeOf = (error: unknown) => connectionFailure(error, URL_OF_GRAPH, undefined).details.code;

  test.each([
    ['that of its cause', Object.assign(withCode('EOUTER'), { cause: withCode('EINNER') }), 'EINNER'],
    ['its own if the cause has none', Object.assign(withCode('EOUTER'), { cause: new Error('x') }), 'EOUTER'],
    ['its own if the cause is a string', Object.assign(withCode('EOUTER'), { cause: 'x' }), 'EOUTER'],
    ['its own if the cause is undefined', Object.assign(withCode('EOUTER'), { cause: undefined }), 'EOUTER'],
    [
      'that of the first of several',
      Object.assign(withCode('EALL'), { errors: [withCode('EFIRST'), withCode('ESECOND')] }),
      'EFIRST',
    ],
    ['its own if the list of errors is empty', Object.assign(withCode('EALL'), { errors: [] }), 'EALL'],
    ['its own if the errors are not a list', Object.assign(withCode('EALL'), { errors: 'two' }), 'EALL'],
    ['that of the cause of a cause', { cause: { cause: { code: 'EDEEP' } } }, 'EDEEP'],
    ['none for a string', 'ECONNRESET', undefined],
  ])('is %s', (_, error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});

describe('a proxy', () => {
  test('that requires credentials', () => {
    const cause = new Error('x');
    const failure = proxyFailure('https://graph.example', 407, { cause });
    expect(shown(failure)).toEqual([
      'network',
      'no answer from https://graph.example: the proxy refused (407)',
      undefined,
      'the proxy requires a user and a password: HTTPS_PROXY=http://user:password@host:port',
    ]);
    expect(failure.cause).toBe(cause);
  });

  test.each<readonly [header: string | string[] | undefined, schemes: readonly string[]]>([
    [undefined, []],
    ['Basic realm="x"', ['Basic']],
    ['Negotiate', ['Negotiate']],
    [
      ['Negotiate', 'NTLM', 'NTLM'],
      ['Negotiate', 'NTLM'],
    ],
    ['NTLM, Basic realm="a, NTLM b", charset="UTF-8"', ['NTLM', 'Basic']],
    ['Digest realm="a", nonce="b=", qop="auth"', ['Digest']],
    ['Basic realm="a, Digest b"', ['Basic']],
    ['Digest realm="a", qop=auth', ['Digest']],
    ['Digest realm="a", qop = 5, x  = 6', ['Digest']],
    ['Negotiate TlRMTVNTUAACAAAA', ['Negotiate']],
  ])('with the header %j offers %j', (header, schemes) => {
    expect(schemesOf(header)).toEqual(schemes);
  });

  const WANTED = 'the proxy requires a user and a password: HTTPS_PROXY=http://user:password@host:port';
  const WRONG = 'the proxy does not accept the user and the password in HTTPS_PROXY: check them';
  const LOCAL =
    'only Basic is supported: set HTTPS_PROXY to a local proxy that signs in to this one, or ask for an exception and add the host to NO_PROXY';

  test.each<readonly [schemes: string[], authorized: boolean, more: string, hint: string]>([
    [[], false, '', WANTED],
    [[], true, '', WRONG],
    [['basic'], false, '', WANTED],
    [['NTLM', 'Basic'], false, '', WANTED],
    [['NTLM', 'Basic'], true, '', WRONG],
    [['Negotiate'], false, ': it accepts only Negotiate', LOCAL],
    [['Negotiate', 'NTLM'], true, ': it accepts only Negotiate and NTLM', LOCAL],
  ])('that offers %j after a request with credentials: %j', (schemes, authorized, more, hint) => {
    expect(shown(proxyFailure('https://graph.example', 407, { schemes, authorized }))).toEqual([
      'network',
      `no answer from https://graph.example: the proxy refused (407)${more}`,
      undefined,
      hint,
    ]);
  });

  test('that refuses otherwise is not asked for credentials', () => {
    expect(shown(proxyFailure('https://graph.example', 403, { schemes: ['NTLM'] }))).toEqual([
      'network',
      'no answer from https://graph.example: the proxy refused (403)',
      undefined,
      'check HTTPS_PROXY, or add the host to NO_PROXY',
    ]);
  });

  test('that does not connect', () => {
    expect(shown(proxyFailure('https://graph.example', 502))).toEqual([
      'network',
      'no answer from https://graph.example: the proxy refused (502)',
      undefined,
      'check HTTPS_PROXY, or add the host to NO_PROXY',
    ]);
  });

  test('that cannot be reached is named without its user and password', () => {
    const error = withCode('ECONNREFUSED');
    const failure = proxyUnreachable(error, new URL('http://user:secret@proxy.example:8080'));
    expect(shown(failure)).toEqual([
      'network',
      'no answer from the proxy http://proxy.example:8080: the connection was refused',
      'ECONNREFUSED',
      'check HTTPS_PROXY, or add the host to NO_PROXY',
    ]);
    expect(failure.cause).toBe(error);
  });
});
