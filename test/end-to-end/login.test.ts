import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { installBrowser } from '../authority/browser.ts';
import { defaultBehaviour } from '../authority/tenant.ts';
import { runBinary } from '../support/binary.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import {
  environmentOf,
  errorOf,
  folderFor,
  patchHere,
  patchWith,
  runHere,
  type StrictGraph,
  servePermissions,
  TENANT,
  WRITE,
} from './sign-in-fixture.ts';

let authority: Authority;
let graph: StrictGraph;

beforeAll(async () => {
  authority = await startAuthority({ folder: folderFor('login') });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  graph = await servePermissions();
});

afterEach(() => {
  authority.requests.length = 0;
  Object.assign(authority.behaviour, defaultBehaviour());
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), graph.close()]);
});

const CODE = ['login', '--device-code', '--tenant', TENANT, '-o', 'json'];

async function signedIn(): Promise<Record<string, string>> {
  const env = environmentOf(authority);
  const ended = await runHere([...CODE, '--allow-unencrypted-storage'], { env });
  expect(ended.code).toBe(0);
  return env;
}

function filesOf(env: Record<string, string>): string[] {
  const folder = join(env.GRAPH_OVERVIEW_STATE ?? '', 'sign-in');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

describe('login', () => {
  test('with a device code prints the account', async () => {
    const env = environmentOf(authority);
    const ended = await runBinary([...CODE, '--allow-unencrypted-storage'], { env });
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      account: 'adele@contoso.example',
      tenant: TENANT,
      cloud: 'global',
      client: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
      permissions: [WRITE, 'User.Read'],
      method: 'device-code',
      storage: 'file',
    });
    for (const file of filesOf(env)) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(filesOf(env)).toHaveLength(2);
  });

  test('with the browser prints the account', async () => {
    const env = { ...environmentOf(authority), ...installBrowser(folderFor('browser')) };
    const ended = await runBinary(
      ['login', '--tenant', TENANT, '--allow-unencrypted-storage', '-o', 'json'],
      { env },
    );
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ account: 'adele@contoso.example', method: 'browser' });
  });

  test('lets a second process use the token without a request to the authority', async () => {
    const env = await signedIn();
    authority.requests.length = 0;
    const ended = await patchWith('auto', graph, env, '--verbose');
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('signed in with login');
    expect(authority.requests).toEqual([]);
  });

  test('renews a token that is about to expire, silently', async () => {
    authority.behaviour.accessTokenSeconds = 200;
    const env = await signedIn();
    authority.requests.length = 0;
    authority.behaviour.accessTokenSeconds = 3600;
    expect((await patchHere('auto', graph, env)).code).toBe(0);
    expect(authority.requests.map(({ form }) => form.grant_type).filter(Boolean)).toEqual(['refresh_token']);
    authority.requests.length = 0;
    expect((await patchHere('auto', graph, env)).code).toBe(0);
    expect(authority.requests).toEqual([]);
  });

  test('reports a saved sign-in that has expired', async () => {
    authority.behaviour.accessTokenSeconds = 200;
    const env = await signedIn();
    authority.revokeRefreshTokens();
    const ended = await patchHere('auto', graph, env);
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toBe(
      'the saved sign-in of adele@contoso.example has expired: AADSTS700082: The refresh token has expired or was revoked.',
    );
  });

  test('without a keyring and without permission for a file is valid for one process, with a warning', async () => {
    const env = environmentOf(authority);
    const ended = await runHere(CODE, { env });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('is valid for this process only');
    expect(ended.stderr).toContain('--allow-unencrypted-storage');
    expect(JSON.parse(ended.stdout)).toMatchObject({ storage: 'process' });
    expect(filesOf(env)).toEqual([]);
  });

  test('works with a state folder that cannot be written, with a warning', async () => {
    const env = environmentOf(authority);
    writeFileSync(env.GRAPH_OVERVIEW_STATE ?? '', 'in the way');
    const ended = await runHere([...CODE, '--allow-unencrypted-storage'], { env });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('it cannot be saved');
    expect(ended.stderr.match(/enter the code/g)).toHaveLength(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ storage: 'process' });
  });

  test('rejects an invalid client id', async () => {
    const ended = await runHere([...CODE, '--client-id', 'mine'], { env: environmentOf(authority) });
    expect(ended.code).toBe(2);
    expect(authority.requests).toEqual([]);
  });

  test('reports an unknown client id', async () => {
    const env = environmentOf(authority);
    const ended = await runHere([...CODE, '--client-id', '99999999-9999-4999-8999-999999999999'], { env });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toContain('AADSTS700016');
  });
});

describe('whoami and logout', () => {
  test('whoami prints the saved sign-in, and logout removes it', async () => {
    const env = await signedIn();
    const who = await runBinary(['whoami', '-o', 'json'], { env });
    expect(JSON.parse(who.stdout)).toEqual({
      account: 'adele@contoso.example',
      tenant: TENANT,
      cloud: 'global',
      client: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
      expires: expect.stringMatching(/^20\d\d-.*Z$/),
      permissions: [WRITE, 'User.Read'],
      method: 'login',
    });
    const out = await runBinary(['logout', '-o', 'json'], { env });
    expect(JSON.parse(out.stdout)).toEqual({ account: 'adele@contoso.example', removed: true });
    expect(filesOf(env)).toEqual([]);
    expect((await runHere(['whoami'], { env })).code).toBe(3);
    expect((await runHere(['logout'], { env })).stdout).toBe('not signed in\n');
  });

  test('whoami does not use a saved sign-in of another cloud', async () => {
    const env = await signedIn();
    const ended = await runHere(['whoami', '--cloud', 'china', '-o', 'json'], { env });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toBe('the saved sign-in is for the cloud global, not for china');
  });
});

describe('a saved sign-in that other users can access', () => {
  test('is not used if other users can read it', async () => {
    const env = await signedIn();
    for (const file of filesOf(env)) chmodSync(file, 0o644);
    const ended = await runHere(['whoami', '-o', 'json'], { env });
    expect(ended.code).toBe(3);
    expect(errorOf(ended).message).toContain('can be read by other users');
  });

  test('is not used if it is a link', async () => {
    const env = environmentOf(authority);
    const elsewhere = join(folderFor('elsewhere'), 'session.json');
    writeFileSync(elsewhere, '{}', { mode: 0o600 });
    mkdirSync(join(env.GRAPH_OVERVIEW_STATE ?? '', 'sign-in'), { recursive: true });
    symlinkSync(elsewhere, join(env.GRAPH_OVERVIEW_STATE ?? '', 'sign-in', 'session.json'));
    const ended = await runHere(['whoami', '-o', 'json'], { env });
    expect(errorOf(ended).message).toContain('is a link');
    expect(readFileSync(elsewhere, 'utf8')).toBe('{}');
  });
});
