import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createServerCertificate } from '../authority/certificates.ts';
import { runMain, stateFolder } from '../support/run-main.ts';

/** The error of a `serve` that starts no server. */
async function refused(...flags: string[]): Promise<{ readonly message: string; readonly hint?: string }> {
  // If a server starts, it ends at once.
  const { code, stderr } = await runMain(['serve', ...flags, '-o', 'json'], { signal: AbortSignal.abort() });
  expect(code).toBe(2);
  return JSON.parse(stderr).error;
}

describe('serve', () => {
  test.each<[string[], string]>([
    [['--cert', 'c.pem'], '--cert is given without --key'],
    [['--key', 'k.pem'], '--key is given without --cert'],
    [['--cert', '/none/c.pem', '--key', '/none/k.pem'], '--cert: /none/c.pem cannot be read (ENOENT)'],
    [['--tenant', '/none/t.json'], 'the tenant /none/t.json cannot be read (ENOENT)'],
    [
      ['--tenant', 't.json', '--configurations', '5'],
      '--tenant and --configurations cannot be used together',
    ],
    [['--allow-host', 'https://graph.test/'], '--allow-host: "https://graph.test/" is not a host name'],
    [['--shape', 'round'], '--shape'],
  ])('rejects %j with a remedy', async (flags, message) => {
    const error = await refused(...flags);
    expect(error.message).toContain(message);
    expect(`${error.hint}${error.message}`).toMatch(/give|use|remove|needs|live/);
  });

  test('with a certificate prints an https address', async () => {
    const { certificate, privateKey } = await createServerCertificate();
    const folder = join(stateFolder(), '..');
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey);
    const flags = ['--cert', cert, '--key', key, '--allow-host', 'a.test', '--allow-host', 'b.test'];
    const { stdout } = await runMain(['serve', ...flags, '-o', 'json'], { signal: AbortSignal.abort() });
    expect(JSON.parse(stdout).url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });
});
