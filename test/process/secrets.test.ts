import { describe, expect, test } from '@jest/globals';
import { Secrets } from '../../src/process/secrets.ts';
import { processorTime } from '../support/processor-time.ts';
import { runMain } from '../support/run-main.ts';

const TOKEN = 'aBcDeFgH.12345678.iJkLmNoP-qRsT/uVwX';

function secretsWith(env: Record<string, string>): Secrets {
  return new Secrets(env);
}

describe('what a service says is blanked', () => {
  const secrets = secretsWith({ GRAPH_TOKEN: `Bearer ${TOKEN}` });

  test.each([
    ['as it is', `{"a":"x ${TOKEN} y"}`, '{"a":"x *** y"}'],
    ['as a name', `{"${TOKEN}":1e400}`, '{"***":1e400}'],
    [
      'with a slash as PHP writes it',
      `{"a":"${TOKEN.replace('/', '\\/')}","b":1.50}`,
      '{"a":"***","b":1.50}',
    ],
    ['with an escaped letter', `{ "a" : "\\u0061${TOKEN.slice(1)}\\n" }`, '{ "a" : "***\\n" }'],
    [
      'in JSON within JSON',
      `{"a":"{\\"b\\":\\"\\\\u0061${TOKEN.slice(1)}\\"}"}`,
      '{"a":"{\\"b\\":\\"***\\"}"}',
    ],
    ['outside of JSON', `<p>${TOKEN}</p>`, '<p>***</p>'],
    ['outside of JSON, escaped', `var t = \\u0061${TOKEN.slice(1)};`, 'var t = ***;'],
    ['in a string that never closes', `{"a":"\\u0061${TOKEN.slice(1)}`, '{"a":"***'],
    ['in a URL', `?t=${encodeURIComponent(TOKEN)}`, '?t=***'],
  ])('%s', (_, said, read) => {
    expect(secrets.blankAnswer(said)).toBe(read);
  });

  test('what holds none of it stays as it is', () => {
    const said = '{"a":"caf\\u00e9 \\u0026 \\/ \\\\u0061","b":[1.0,2E5,-0],"c":"\\ud83d"}';
    expect(secrets.blankAnswer(said)).toBe(said);
  });
});

describe('data keep what a short token looks like', () => {
  test.each(['true', 'null', '2026', '20260101', '2026-01-01', 'local', 'configuration', 'pendingCount'])(
    '%s',
    (token) => {
      const secrets = secretsWith({ GRAPH_TOKEN: token });
      const said = `{"a":${JSON.stringify(token)},"b":true,"c":null,"d":2026,"e":20260101,"f":"\\u0074rue"}`;
      expect(secrets.blankAnswer(said)).toBe(said);
      expect(secrets.blankData(said)).toBe(said);
    },
  );

  test('a password that somebody chose for a proxy or a certificate is blanked in messages alone', () => {
    const secrets = secretsWith({
      HTTPS_PROXY: 'http://me:Windows10@127.0.0.1:1',
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'Windows11',
    });
    expect(secrets.blankAnswer('{"displayName":"Windows10 and Windows11"}')).toBe(
      '{"displayName":"Windows10 and Windows11"}',
    );
    expect(secrets.blank('refused: me:Windows10, Windows11')).toBe('refused: me:***, ***');
  });

  test('a token with a quote takes no two strings of JSON for itself', () => {
    const secrets = secretsWith({ GRAPH_TOKEN: 'abc12","b":"34def' });
    expect(secrets.blankAnswer('{"a":"abc12","b":"34def"}')).toBe('{"a":"abc12","b":"34def"}');
    expect(secrets.blankAnswer('{"a":"abc12\\",\\"b\\":\\"34def"}')).toBe('{"a":"***"}');
  });
});

test('the word `local` is a word in messages too', () => {
  expect(secretsWith({ GRAPH_TOKEN: 'local' }).blank('add --local')).toBe('add --local');
});

test.each(['null', 'usage', 'message', '"error"'])(
  'the error record stays JSON with the token %s',
  async (token) => {
    const run = await runMain(['get', '--nonsense', '-o', 'json'], { env: { GRAPH_TOKEN: token } });
    expect(JSON.parse(run.stderr).error).toMatchObject({ kind: 'usage', exitCode: 2, status: null });
  },
);

test('the time for it grows with the answer, whatever its escapes', () => {
  const secrets = secretsWith({ GRAPH_TOKEN: TOKEN });
  for (const part of ['\\u005c', '\\"', '"\\u0061', '\\\\u0061', '"{\\"a\\":\\"\\u0062"']) {
    const said = part.repeat(200_000);
    const started = processorTime();
    expect(secrets.blankAnswer(said)).toBe(said);
    expect(processorTime() - started).toBeLessThan(5_000);
  }
});
