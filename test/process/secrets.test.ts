import { describe, expect, test } from '@jest/globals';
import { Secrets } from '../../src/process/secrets.ts';
import { processorTime } from '../support/processor-time.ts';
import { runMain } from '../support/run-main.ts';

const TOKEN = 'aBcDeFgH.12345678.iJkLmNoP-qRsT/uVwX';

function secretsWith(env: Record<string, string>): Secrets {
  return new Secrets(env);
}

describe('a token in an answer is blanked', () => {
  const secrets = secretsWith({ GRAPH_TOKEN: `Bearer ${TOKEN}` });

  test.each([
    ['unchanged', `{"a":"x ${TOKEN} y"}`, '{"a":"x *** y"}'],
    ['as the name of a member', `{"${TOKEN}":1e400}`, '{"***":1e400}'],
    ['with an escaped slash', `{"a":"${TOKEN.replace('/', '\\/')}","b":1.50}`, '{"a":"***","b":1.50}'],
    ['with an escaped letter', `{ "a" : "\\u0061${TOKEN.slice(1)}\\n" }`, '{ "a" : "***\\n" }'],
    ['in JSON in JSON', `{"a":"{\\"b\\":\\"\\\\u0061${TOKEN.slice(1)}\\"}"}`, '{"a":"{\\"b\\":\\"***\\"}"}'],
    ['outside of JSON', `<p>${TOKEN}</p>`, '<p>***</p>'],
    ['outside of JSON, escaped', `var t = \\u0061${TOKEN.slice(1)};`, 'var t = ***;'],
    ['in an unterminated string', `{"a":"\\u0061${TOKEN.slice(1)}`, '{"a":"***'],
    ['in a URL', `?t=${encodeURIComponent(TOKEN)}`, '?t=***'],
  ])('%s', (_, answer, blanked) => {
    expect(secrets.blankAnswer(answer)).toBe(blanked);
  });

  test('but an answer without it is unchanged', () => {
    const text = '{"a":"caf\\u00e9 \\u0026 \\/ \\\\u0061","b":[1.0,2E5,-0],"c":"\\ud83d"}';
    expect(secrets.blankAnswer(text)).toBe(text);
  });
});

describe('data that equals a short token is not blanked', () => {
  test.each(['true', 'null', '2026', '20260101', '2026-01-01', 'local', 'configuration', 'pendingCount'])(
    '%s',
    (token) => {
      const secrets = secretsWith({ GRAPH_TOKEN: token });
      const text = `{"a":${JSON.stringify(token)},"b":true,"c":null,"d":2026,"e":20260101,"f":"\\u0074rue"}`;
      expect(secrets.blankAnswer(text)).toBe(text);
      expect(secrets.blankData(text)).toBe(text);
    },
  );

  test('a password of a proxy or a certificate is blanked only in messages', () => {
    const secrets = secretsWith({
      HTTPS_PROXY: 'http://me:Windows10@127.0.0.1:1',
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'Windows11',
    });
    expect(secrets.blankAnswer('{"displayName":"Windows10 and Windows11"}')).toBe(
      '{"displayName":"Windows10 and Windows11"}',
    );
    expect(secrets.blank('refused: me:Windows10, Windows11')).toBe('refused: me:***, ***');
  });

  test('a token with a quote does not match two strings of JSON', () => {
    const secrets = secretsWith({ GRAPH_TOKEN: 'abc12","b":"34def' });
    expect(secrets.blankAnswer('{"a":"abc12","b":"34def"}')).toBe('{"a":"abc12","b":"34def"}');
    expect(secrets.blankAnswer('{"a":"abc12\\",\\"b\\":\\"34def"}')).toBe('{"a":"***"}');
  });
});

test('the token `local` is not blanked in messages', () => {
  expect(secretsWith({ GRAPH_TOKEN: 'local' }).blank('add --local')).toBe('add --local');
});

test.each(['null', 'usage', 'message', '"error"'])(
  'the error record is valid JSON with the token %s',
  async (token) => {
    const run = await runMain(['get', '--nonsense', '-o', 'json'], { env: { GRAPH_TOKEN: token } });
    expect(JSON.parse(run.stderr).error).toMatchObject({ kind: 'usage', exitCode: 2, status: null });
  },
);

test('an answer with any escapes is processed in linear time', () => {
  const secrets = secretsWith({ GRAPH_TOKEN: TOKEN });
  for (const part of ['\\u005c', '\\"', '"\\u0061', '\\\\u0061', '"{\\"a\\":\\"\\u0062"']) {
    const text = part.repeat(200_000);
    const started = processorTime();
    expect(secrets.blankAnswer(text)).toBe(text);
    expect(processorTime() - started).toBeLessThan(5_000);
  }
});
