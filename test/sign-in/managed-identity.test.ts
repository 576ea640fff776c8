import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { SignInContext } from '../../src/sign-in/context.ts';
import { managedIdentity } from '../../src/sign-in/managed-identity.ts';

/** What the credential checks before it is tried. */
function on(platform: NodeJS.Platform, env: Record<string, string>): SignInContext {
  return { runtime: { platform, env } } as unknown as SignInContext;
}

const drive = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));

test.each([
  ['linux', { IDENTITY_ENDPOINT: 'http://127.0.0.1:1/' }],
  ['darwin', { IMDS_ENDPOINT: 'http://127.0.0.1:1/' }],
  ['linux', { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' }],
] as const)('a managed identity is tried on %s with %j', async (platform, env) => {
  expect(await managedIdentity.unavailable(on(platform, env))).toBeUndefined();
});

test('and on Windows where the agent of Azure’s machines is', async () => {
  const context = on('win32', { SystemDrive: drive });
  expect(await managedIdentity.unavailable(context)).toMatch(/not an Azure virtual machine/);
  mkdirSync(`${drive}\\WindowsAzure`);
  expect(await managedIdentity.unavailable(context)).toBeUndefined();
});

test('on a Mac nothing is probed', async () => {
  expect(await managedIdentity.unavailable(on('darwin', {}))).toMatch(/not an Azure virtual machine/);
});
