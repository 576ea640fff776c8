import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  AZ_NOT_SIGNED_IN,
  AZD_NOT_SIGNED_IN,
  installAz,
  installAzd,
  installPwsh,
  PWSH_NOT_SIGNED_IN,
  pathWith,
} from './developer-tools.ts';
import { runIdentityProgram } from './identity-program.ts';

const EXPIRES = new Date('2031-02-03T04:05:06.000Z');
const GRANTED = { token: 'a.tool.token', expires: EXPIRES };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'developer-tools-test-'));
});

function getToken(credential: string, path = pathWith(folder)) {
  return runIdentityProgram(
    folder,
    { PATH: path },
    `await attempt(() => new identity.${credential}().getToken('https://graph.microsoft.com/.default'));`,
  );
}

describe.each([
  ['az', 'AzureCliCredential', installAz, AZ_NOT_SIGNED_IN, "run 'az login'", 'could not be found'],
  [
    'azd',
    'AzureDeveloperCliCredential',
    installAzd,
    AZD_NOT_SIGNED_IN,
    "run 'azd auth login'",
    "couldn't be found",
  ],
  [
    'pwsh',
    'AzurePowerShellCredential',
    installPwsh,
    PWSH_NOT_SIGNED_IN,
    "run 'Connect-AzAccount'",
    'Unable to execute',
  ],
] as const)('a fake %s', (_, credential, install, notSignedIn, advice, missing) => {
  test('prints a token in the format of the real tool', async () => {
    install(folder, GRANTED);
    const { result } = await getToken(credential);
    expect(result).toMatchObject({ token: 'a.tool.token', expiresOnTimestamp: EXPIRES.getTime() });
  });

  test('can be signed out', async () => {
    install(folder, notSignedIn);
    const { result } = await getToken(credential);
    expect(result.error).toBe('CredentialUnavailableError');
    expect(result.message).toContain(advice);
  });

  test('can be missing', async () => {
    const { result } = await getToken(credential, folder);
    expect(result.error).toBe('CredentialUnavailableError');
    expect(result.message).toContain(missing);
  });
});

describe('the recorded calls', () => {
  test('of az have its arguments', async () => {
    const tool = installAz(folder, GRANTED);
    expect(tool.calls()).toEqual([]);
    await getToken('AzureCliCredential');
    expect(tool.calls()).toEqual([
      'account get-access-token --output json --resource https://graph.microsoft.com',
    ]);
  });

  test('of azd have its arguments', async () => {
    const tool = installAzd(folder, GRANTED);
    await getToken('AzureDeveloperCliCredential');
    expect(tool.calls()).toEqual([
      'auth token --output json --no-prompt --scope https://graph.microsoft.com/.default',
    ]);
  });

  test('of pwsh are one that checks that it is installed, and one for the token', async () => {
    const tool = installPwsh(folder, GRANTED);
    await getToken('AzurePowerShellCredential');
    expect(tool.calls()).toEqual([
      '/?',
      expect.stringMatching(/^-NoProfile -NonInteractive -Command .*Get-AzAccessToken/),
    ]);
  });
});
