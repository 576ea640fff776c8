import type { TokenCredential } from '@azure/identity';
import { CLOUDS, graphScope } from '../catalog/clouds.ts';
import { Failure } from '../errors.ts';
import type { TokenSource } from '../graph/client.ts';
import type { AuthMethod } from './methods.ts';
import type { SignInOptions } from './token-source.ts';

/** A token is renewed when it is valid for less than this, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;

/** Acquires tokens through @azure/identity and keeps the one that is valid. */
export async function credentialSource(options: SignInOptions): Promise<TokenSource> {
  const credential = await credentialOf(options);
  const scope = graphScope(options.target.cloud);
  let held: { readonly token: string; readonly expires: number } | undefined;
  return async () => {
    if (held !== undefined && held.expires - RENEW_BEFORE > options.clock.now()) return held.token;
    const acquired = await credential.getToken(scope).catch((error: unknown) => {
      throw signInFailure(options.auth.method, error);
    });
    if (acquired === null) throw signInFailure(options.auth.method, new Error('no token was given'));
    held = { token: acquired.token, expires: acquired.expiresOnTimestamp };
    return held.token;
  };
}

async function credentialOf({ auth, target, tenant, env }: SignInOptions): Promise<TokenCredential> {
  const identity = await import('@azure/identity');
  const authorityHost = env.AZURE_AUTHORITY_HOST ?? `https://${CLOUDS[target.cloud].authority}`;
  const common = { authorityHost, ...(tenant === undefined ? {} : { tenantId: tenant }) };
  const environment = (): TokenCredential => new identity.EnvironmentCredential(common);
  const workload = (): TokenCredential => new identity.WorkloadIdentityCredential(common);
  const managed = (): TokenCredential => new identity.ManagedIdentityCredential();
  const azureCli = (): TokenCredential => new identity.AzureCliCredential(common);
  switch (auth.method) {
    case 'auto': {
      const chain = [environment()];
      // Both ask around on the network where they are not configured, and that takes its time.
      if (env.AZURE_FEDERATED_TOKEN_FILE !== undefined) chain.push(workload());
      if (env.IDENTITY_ENDPOINT !== undefined || env.MSI_ENDPOINT !== undefined) chain.push(managed());
      return new identity.ChainedTokenCredential(...chain, azureCli());
    }
    case 'azure-cli':
      return azureCli();
    case 'managed-identity':
      return managed();
    case 'workload-identity':
      return workload();
    case 'client-secret':
    case 'certificate':
      return environment();
    case 'azure-powershell':
      return new identity.AzurePowerShellCredential(common);
    case 'azd':
      return new identity.AzureDeveloperCliCredential(common);
    default:
      throw new Failure('usage', `--auth ${auth.method} is not available here`, {
        hint: 'set GRAPH_TOKEN, or use azure-cli, client-secret, certificate, managed-identity or workload-identity',
      });
  }
}

function signInFailure(method: AuthMethod, error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('sign-in', `no token by ${method}: ${message}`, {
    hint: 'set GRAPH_TOKEN, set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or sign in with `az login`',
    cause: error,
  });
}
