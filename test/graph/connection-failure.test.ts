import { describe, expect, test } from '@jest/globals';
import { connectionFailure, proxyFailure, proxyUnreachable } from '../../src/graph/connection-failure.ts';

const URL_OF = new URL('https://graph.microsoft.com/beta/x?y#z');
const CUT = 'try again; a proxy or firewall may be in the way';

function withCode(code: string): Error {
  return Object.assign(new Error('in the words of Node'), { code });
}

describe('a failure below HTTP', () => {
  test.each([
    ['ECONNREFUSED', 'nothing listens there', 'check the address and the port'],
    ['ENOTFOUND', 'the name cannot be resolved', 'check the host name and the network'],
    ['EAI_AGAIN', 'the name server does not answer', 'check the network'],
    ['EHOSTUNREACH', 'the host cannot be reached', 'check the network'],
    ['ENETUNREACH', 'the network cannot be reached', 'check the network'],
    ['ECONNRESET', 'the connection was cut', CUT],
    ['EPIPE', 'the connection was cut', CUT],
    ['ETIMEDOUT', 'the host does not answer', 'check the network'],
    ['HPE_HEADER_OVERFLOW', 'the headers of the answer are too large', 'check what answers there'],
    ['HPE_INVALID_CONSTANT', 'what came back is not HTTP', 'check the address and the port'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS', 'check the port, or use http on loopback'],
    ['EPROTO', 'the TLS handshake failed', 'check the port, or use http on loopback'],
    ['EOTHER', 'in the words of Node', 'check the network'],
    ['XHPE_', 'in the words of Node', 'check the network'],
  ])('%s is worded', (code, what, hint) => {
    const error = withCode(code);
    expect(connectionFailure(error, URL_OF, undefined)).toMatchObject({
      kind: 'network',
      message: `no answer from https://graph.microsoft.com: ${what}`,
      details: { code, hint, cause: error },
    });
  });

  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s is about the certificate', (code) => {
    expect(connectionFailure(withCode(code), URL_OF, undefined)).toMatchObject({
      message: 'no answer from https://graph.microsoft.com: its certificate is not trusted',
      details: {
        code,
        hint: 'if a proxy or a private authority stands in between, give its root with NODE_EXTRA_CA_CERTS',
      },
    });
  });

  test.each<[string, unknown, string | undefined]>([
    ['the first of several', { errors: [withCode('ECONNREFUSED'), withCode('EPIPE')] }, 'ECONNREFUSED'],
    ['its cause', { code: 'OUTER', cause: withCode('ENOTFOUND') }, 'ENOTFOUND'],
    ['itself, where the cause has none', { code: 'EPIPE', cause: new Error('x') }, 'EPIPE'],
    ['itself, of several that are none', { code: 'EPIPE', errors: [] }, 'EPIPE'],
    ['itself, where the cause is missing', { code: 'EPIPE', cause: undefined }, 'EPIPE'],
    ['nothing: a number is none', { code: 5 }, undefined],
    ['nothing: null', null, undefined],
    ['nothing: text', 'ECONNREFUSED', undefined],
  ])('the code is that of %s', (_, error, code) => {
    expect(connectionFailure(error, URL_OF, undefined).details.code).toBe(code);
  });

  test('what is no error is told as it is', () => {
    expect(connectionFailure('words', URL_OF, undefined)).toMatchObject({
      message: 'no answer from https://graph.microsoft.com: words',
      details: { hint: 'check the network' },
    });
  });

  test('a time-out says how long', () => {
    const error = withCode('ABORT_ERR');
    expect(connectionFailure(error, new URL('http://127.0.0.1:8080/x'), 1_500)).toMatchObject({
      kind: 'network',
      message: 'no complete answer from http://127.0.0.1:8080 within 1.5 s',
      details: { code: 'ETIMEDOUT', hint: 'try again, or allow more with `--timeout`', cause: error },
    });
  });
});

describe('a proxy', () => {
  test.each([
    [407, 'the proxy wants a user and a password: HTTPS_PROXY=http://user:password@host:port'],
    [403, 'check HTTPS_PROXY, or name the host in NO_PROXY'],
  ])('that refuses with %i', (status, hint) => {
    const cause = new Error('x');
    expect(proxyFailure('https://graph.microsoft.com:443', status, cause)).toMatchObject({
      kind: 'network',
      message: `no answer from https://graph.microsoft.com:443: the proxy refuses (${status})`,
      details: { hint, cause },
    });
  });

  test('that cannot be reached is named without its password', () => {
    const error = withCode('ECONNREFUSED');
    expect(proxyUnreachable(error, new URL('http://user:secret@proxy.example:3128/'))).toMatchObject({
      kind: 'network',
      message: 'no answer from the proxy http://proxy.example:3128: nothing listens there',
      details: {
        code: 'ECONNREFUSED',
        hint: 'check HTTPS_PROXY, or name the host in NO_PROXY',
        cause: error,
      },
    });
  });
});
