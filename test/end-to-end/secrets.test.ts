import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Authority, startAuthority } from '../authority/authority.ts';
import { createAppCertificate } from '../authority/certificates.ts';
import { githubEnvironment } from '../authority/pipeline-tokens.ts';
import { BINARY, type Ended, runBinary } from '../support/binary.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { runMain } from '../support/run-main.ts';
import { distrustRoot, trustRoot } from '../support/trust-root.ts';
import {
  environmentOf,
  folderFor,
  runHere,
  type StrictGraph,
  servePermissions,
  TENANT,
  WRITE,
} from './sign-in-fixture.ts';

const APP = '11111111-1111-4111-8111-111111111111';
const SECRET = 'S3CRET-"quoted"/and+more~';
const PIPELINE = { requestToken: 'REQUEST-T0KEN-of-the-job', federatedToken: 'FEDERATED-T0KEN-of-the-job' };

let authority: Authority;
let graph: StrictGraph;

beforeAll(async () => {
  authority = await startAuthority({
    folder: folderFor('secrets'),
    pipeline: PIPELINE,
    apps: [{ clientId: APP, secret: SECRET, federatedToken: PIPELINE.federatedToken, roles: [WRITE] }],
  });
  trustRoot(readFileSync(authority.caFile, 'utf8'));
  graph = await servePermissions();
});

afterAll(() => {
  distrustRoot();
  return Promise.all([authority.close(), graph.close()]);
});

/** The text of every file below a folder. */
function textsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}

/** A secret, and its forms in JSON, in URLs and in Base64. */
function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ];
}

async function searched(
  argv: readonly string[],
  env: Record<string, string>,
  secrets: readonly string[],
  run: (
    args: readonly string[],
    options: { readonly env: Record<string, string> },
  ) => Promise<Ended> = runHere,
): Promise<void> {
  const { stdout, stderr } = await run([...argv, '--debug', '--verbose'], { env });
  const written = [stdout, stderr, ...textsIn(env.HOME ?? '')];
  for (const secret of secrets.flatMap(formsOf)) {
    for (const text of written) expect(text.includes(secret)).toBe(false);
  }
  expect(stderr).not.toBe('');
}

const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';

function patch(auth: string, url: string): string[] {
  return ['patch', ID, '--pending', '5', '--auth', auth, '--endpoint', url];
}

describe('no output and no file has', () => {
  const app = () => ({ ...environmentOf(authority), AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: APP });

  test('a valid or wrong client secret', async () => {
    await searched(
      patch('client-secret', graph.url),
      { ...app(), AZURE_CLIENT_SECRET: SECRET },
      [SECRET],
      runBinary,
    );
    await searched(patch('client-secret', graph.url), { ...app(), AZURE_CLIENT_SECRET: `${SECRET}!` }, [
      `${SECRET}!`,
    ]);
  });

  test('the token that was acquired with it', async () => {
    const server = await startRecordingServer();
    await searched(patch('client-secret', server.url), { ...app(), AZURE_CLIENT_SECRET: SECRET }, [SECRET]);
    const token = server.requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    await server.close();
    expect(token.split('.')).toHaveLength(3);
  });

  test('the token in GRAPH_TOKEN, even if the service repeats it', async () => {
    const token = authority.issue({ scp: WRITE });
    const repeating = await startRecordingServer(({ headers }, response) => {
      response.writeHead(403, {
        'content-type': 'application/json',
        'x-repeated': headers.authorization ?? '',
      });
      response.end(JSON.stringify({ error: { code: 'x', message: `You sent ${headers.authorization}` } }));
    });
    await searched(patch('token', repeating.url), { ...environmentOf(authority), GRAPH_TOKEN: token }, [
      token,
    ]);
    await searched(
      [...patch('token', repeating.url), '-o', 'json'],
      { ...environmentOf(authority), GRAPH_TOKEN: token },
      [token],
    );
    await repeating.close();
  });

  test('the password of a certificate', async () => {
    const { certificate, privateKey } = await createAppCertificate('PASSPHRASE-of-the-key');
    const file = join(folderFor('certificate'), 'app.pem');
    writeFileSync(file, `${privateKey}\n${certificate}`);
    const env = {
      ...app(),
      AZURE_CLIENT_CERTIFICATE_PATH: file,
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'WRONG-password-of-it',
    };
    await searched(patch('certificate', graph.url), env, ['WRONG-password-of-it', 'PASSPHRASE-of-the-key']);
  });

  test('the tokens of a pipeline', async () => {
    const env = { ...app(), ...githubEnvironment(authority.url, PIPELINE) };
    await searched(patch('workload-identity', graph.url), env, [
      PIPELINE.requestToken,
      PIPELINE.federatedToken,
    ]);
  });

  test('the password of a proxy', async () => {
    const env = {
      ...app(),
      AZURE_CLIENT_SECRET: SECRET,
      HTTPS_PROXY: 'http://me:PROXY-passw0rd@127.0.0.1:1',
    };
    await searched(patch('client-secret', graph.url), env, ['PROXY-passw0rd', SECRET]);
    await searched(['doctor', '--auth', 'client-secret', '--endpoint', graph.url], env, [
      'PROXY-passw0rd',
      SECRET,
    ]);
  });

  test('a saved sign-in, except its own file', async () => {
    const env = environmentOf(authority);
    const login = ['login', '--device-code', '--tenant', TENANT, '--allow-unencrypted-storage', '-o', 'json'];
    const { stdout, stderr } = await runHere([...login, '--debug'], { env });
    const folder = join(env.GRAPH_OVERVIEW_STATE ?? '', 'sign-in');
    const { access, cache } = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8'));
    const refresh =
      Object.values(JSON.parse(cache).RefreshToken as Record<string, { secret: string }>)[0]?.secret ?? '';
    expect(refresh.length).toBeGreaterThan(20);
    const others = textsIn(env.HOME ?? '').filter((text) => !text.includes('"cache"'));
    for (const text of [stdout, stderr, ...others]) {
      expect(text.includes(access.value)).toBe(false);
      expect(text.includes(refresh)).toBe(false);
    }
    await searched(patch('auto', graph.url), env, []);
    const { stderr: debug } = await runHere([...patch('auto', graph.url), '--debug'], { env });
    expect(debug.includes(access.value)).toBe(false);
  });

  test('a secret that the authority repeats, including standard output', async () => {
    authority.behaviour.intercept = ({ path, form }) => {
      if (!path.endsWith('/token')) return undefined;
      const secret = form.client_secret ?? form.client_assertion ?? form.refresh_token ?? '';
      const description = `AADSTS7000215: Invalid client secret ${secret} provided. Trace ID: x`;
      return { status: 401, body: { error: 'invalid_client', error_description: description } };
    };
    const secret = `WR0NG_${'client_secret~'.repeat(12)}`;
    const secretEnv = { ...app(), AZURE_CLIENT_SECRET: secret };
    const federated = { ...app(), ...githubEnvironment(authority.url, PIPELINE) };
    try {
      for (const format of ['table', 'json', 'markdown', 'csv']) {
        for (const [auth, env, pieces] of [
          ['client-secret', secretEnv, [secret, 'client_secret~client_secret~']],
          ['workload-identity', federated, [PIPELINE.federatedToken]],
        ] as const) {
          const { code, stdout, stderr } = await runHere(
            ['doctor', '--auth', auth, '--endpoint', graph.url, '-o', format, '--debug'],
            { env },
          );
          expect([code, stdout]).toEqual([3, expect.stringContaining('AADSTS7000215')]);
          for (const piece of pieces) expect(`${stdout}${stderr}`.replaceAll('\\', '')).not.toContain(piece);
        }
      }
    } finally {
      authority.behaviour.intercept = undefined;
    }
  });

  test('a token in the command line of the process', async () => {
    const silent = await startRecordingServer(() => undefined);
    const env = { ...environmentOf(authority), GRAPH_TOKEN: authority.issue({ scp: WRITE }) };
    const child = spawn(process.execPath, [BINARY, ...patch('token', silent.url)], { env, stdio: 'ignore' });
    while (silent.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    child.kill('SIGKILL');
    await silent.close();
    expect(shown).toContain('--auth');
    expect(shown).not.toContain(env.GRAPH_TOKEN);
  });

  test.each(['--token', '--secret', '--password', '--client-secret'])(
    'a flag %s in the help',
    async (flag) => {
      const { code, stderr } = await runMain(['patch', ID, '--pending', '1', '--local', flag, 'x']);
      expect(code).toBe(2);
      expect(stderr).toContain(`unknown option '${flag}'`);
    },
  );
});
