import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SignInContext } from '../../src/sign-in/context.ts';
import { imdsRetryPolicy, isAzureMachine, managedIdentity } from '../../src/sign-in/managed-identity.ts';

/** A context with only the values that the availability check reads. */
function on(platform: NodeJS.Platform, env: Record<string, string>): SignInContext {
  return { runtime: { platform, env } } as unknown as SignInContext;
}

const drive = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));

test.each([
  ['linux', { IDENTITY_ENDPOINT: 'http://127.0.0.1:1/' }],
  ['darwin', { IMDS_ENDPOINT: 'http://127.0.0.1:1/' }],
  ['darwin', { MSI_ENDPOINT: 'http://127.0.0.1:1/' }],
  ['linux', { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' }],
] as const)('a managed identity is available on %s with %j', async (platform, env) => {
  expect(await managedIdentity.unavailable(on(platform, env))).toBeUndefined();
});

test('a managed identity is available on Windows with the folder of the Azure agent', async () => {
  const context = on('win32', { SystemDrive: drive });
  expect(await managedIdentity.unavailable(context)).toBe(
    'IDENTITY_ENDPOINT is not set, and this is not an Azure virtual machine',
  );
  expect(await isAzureMachine(on('win32', {}))).toBe(false);
  mkdirSync(`${drive}\\WindowsAzure`);
  expect(await managedIdentity.unavailable(context)).toBeUndefined();
});

test('a managed identity is not available on a Mac without its variables', async () => {
  expect(await managedIdentity.unavailable(on('darwin', {}))).toMatch(/not an Azure virtual machine/);
});

test('an Azure virtual machine with Linux is recognized by its chassis tag', async () => {
  const tag = join(drive, 'tag');
  const isAzure = (platform: NodeJS.Platform) => isAzureMachine(on(platform, {}), tag);
  expect(await isAzure('linux')).toBe(false);
  writeFileSync(tag, '7783-7084-3265-9085-8269-3286-77\n');
  expect([await isAzure('linux'), await isAzure('darwin')]).toEqual([true, false]);
  writeFileSync(tag, 'another');
  expect(await isAzure('linux')).toBe(false);
});

describe('requests to IMDS are retried as documented', () => {
  const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token?resource=x';

  async function waitsFor(statuses: readonly number[], url = IMDS) {
    const waits: number[] = [];
    const clock = { now: () => 0, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
    const runtime = { clock, signal: new AbortController().signal };
    const left = [...statuses];
    const next = async () => ({ status: left.shift() ?? 500 });
    const { status } = await imdsRetryPolicy({ runtime } as never).sendRequest({ url }, next);
    return { status, waits };
  }

  test.each([
    ['during an update, for 70 s', [410, 410, 410, 410, 410, 410, 200], 200, [2, 4, 8, 16, 20, 20]],
    ['and not longer', [410, 410, 410, 410, 410, 410, 410], 410, [2, 4, 8, 16, 20, 20]],
    ['while IMDS throttles', [429, 429, 429, 200], 200, [1, 2, 4]],
    ['while IMDS answers 404', [404, 404, 404, 404], 404, [1, 2, 4]],
    ['but not after a refusal', [400], 400, []],
    ['but not after the page of a proxy', [403], 403, []],
  ])('%s', async (_, statuses, status, seconds) => {
    const waits = seconds.map((each) => each * 1_000);
    expect(await waitsFor(statuses)).toEqual({ status, waits });
  });

  test.each([
    ['http://127.0.0.1:41/msi/token', []],
    ['http://127.0.0.1:41/x/metadata/identity/oauth2/token', []],
    ['http://127.0.0.1:41/metadata/identity/oauth2/token/x', []],
    ['http://127.0.0.1:41/metadata/identity/oauth2/token/?resource=x', [2_000]],
  ])('for %s: with the waits %j', async (url, waits) => {
    const [status] = waits.length === 0 ? [410] : [200];
    expect(await waitsFor([410, 200], url)).toEqual({ status, waits });
  });

  test('and every wait gets the signal of the run', async () => {
    const { signal } = new AbortController();
    const sleeps: unknown[] = [];
    const clock = { now: () => 0, sleep: async (...given: unknown[]) => void sleeps.push(given) };
    const left = [429, 200];
    const request = { url: IMDS };
    const policy = imdsRetryPolicy({ runtime: { clock, signal } } as never);
    await policy.sendRequest(request, async (sent) => {
      expect(sent).toBe(request);
      return { status: left.shift() ?? 500 };
    });
    expect([policy.name, sleeps]).toEqual(['graphOverviewImdsRetry', [[1_000, signal]]]);
  });
});
