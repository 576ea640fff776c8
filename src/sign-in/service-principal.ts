import { access, constants } from 'node:fs/promises';
import { Failure } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { githubAssertion } from './github-assertion.ts';
import { acquireToken, credentialOptions, loadIdentity, signInFailure } from './identity-library.ts';

/** An app with the secret in AZURE_CLIENT_SECRET. */
export const clientSecret: Credential = {
  method: 'client-secret',
  unavailable: (context) => unset(context, ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_ID', TENANT]),
  async open(context) {
    const { ClientSecretCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const { tenant, client } = principal(context);
    const secret = variable(context, 'AZURE_CLIENT_SECRET') ?? '';
    const credential = new ClientSecretCredential(tenant, client, secret, options);
    return (request) => acquireToken(credential, 'client-secret', request, context, observed);
  },
};

/** An app with the certificate in AZURE_CLIENT_CERTIFICATE_PATH (PEM, with its private key). */
export const certificate: Credential = {
  method: 'certificate',
  unavailable: async (context) =>
    unset(context, ['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_CLIENT_ID', TENANT]) ??
    (await unreadable(context, 'AZURE_CLIENT_CERTIFICATE_PATH')),
  async open(context) {
    const { ClientCertificateCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const { tenant, client } = principal(context);
    const password = variable(context, 'AZURE_CLIENT_CERTIFICATE_PASSWORD');
    const configuration = {
      certificatePath: variable(context, 'AZURE_CLIENT_CERTIFICATE_PATH') ?? '',
      ...(password === undefined ? {} : { certificatePassword: password }),
    };
    const sendCertificateChain = /^(1|true)$/i.test(
      variable(context, 'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN') ?? '',
    );
    const credential = new ClientCertificateCredential(tenant, client, configuration, {
      ...options,
      sendCertificateChain,
    });
    return (request) => acquireToken(credential, 'certificate', request, context, observed);
  },
};

/** An app with a federated credential: the token is in a file (Kubernetes), or comes from GitHub Actions. */
export const workloadIdentity: Credential = {
  method: 'workload-identity',
  async unavailable(context) {
    const app = unset(context, ['AZURE_CLIENT_ID', TENANT]);
    if (variable(context, 'AZURE_FEDERATED_TOKEN_FILE') !== undefined)
      return app ?? (await unreadable(context, 'AZURE_FEDERATED_TOKEN_FILE'));
    const github = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (unset(context, github) === undefined) return app;
    return 'neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set';
  },
  async open(context) {
    const { ClientAssertionCredential, WorkloadIdentityCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const { tenant, client } = principal(context);
    const tokenFilePath = variable(context, 'AZURE_FEDERATED_TOKEN_FILE');
    const credential =
      tokenFilePath === undefined
        ? new ClientAssertionCredential(tenant, client, () => githubAssertion(context), options)
        : new WorkloadIdentityCredential({ ...options, tenantId: tenant, clientId: client, tokenFilePath });
    return (request) => acquireToken(credential, 'workload-identity', request, context, observed);
  },
};

const CONNECTION = {
  tenant: 'AZURESUBSCRIPTION_TENANT_ID',
  client: 'AZURESUBSCRIPTION_CLIENT_ID',
  id: 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
} as const;

/** A job of Azure Pipelines with a service connection; the tasks AzureCLI@2 and AzurePowerShell@5 set the variables. */
export const azurePipelines: Credential = {
  method: 'azure-pipelines',
  unavailable: (context) =>
    unset(context, ['SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN', ...Object.values(CONNECTION)]),
  async open(context) {
    const { AzurePipelinesCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const of = (name: string): string => variable(context, name) ?? '';
    const { tenant, client, id } = CONNECTION;
    try {
      // The library reads the address of the token service from process.env.
      const credential = new AzurePipelinesCredential(
        of(tenant),
        of(client),
        of(id),
        of('SYSTEM_ACCESSTOKEN'),
        options,
      );
      return (request) => acquireToken(credential, 'azure-pipelines', request, context, observed);
    } catch (error) {
      throw signInFailure('azure-pipelines', error, observed);
    }
  },
};

/** `--tenant` stands in for the variable. */
const TENANT = 'AZURE_TENANT_ID';

function unset(context: SignInContext, names: readonly string[]): string | undefined {
  const missing = names.filter(
    (name) => variable(context, name) === undefined && !(name === TENANT && context.tenant !== undefined),
  );
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`;
}

/** The library names the file that it cannot open, but not the variable. */
async function unreadable(context: SignInContext, name: string): Promise<string | undefined> {
  const path = variable(context, name) ?? '';
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return `${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

function principal(context: SignInContext): { readonly tenant: string; readonly client: string } {
  const tenant = context.tenant ?? variable(context, TENANT);
  const client = variable(context, 'AZURE_CLIENT_ID');
  if (tenant === undefined || client === undefined) {
    throw new Failure('sign-in', 'AZURE_TENANT_ID and AZURE_CLIENT_ID are needed', { hint: 'set both' });
  }
  return { tenant, client };
}
