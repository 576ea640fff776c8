import { access, constants } from 'node:fs/promises';
import { Failure } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';
import { githubAssertion } from './github.ts';
import { commonOptions, loadIdentity, signInFailure, tokenFrom } from './identity.ts';
import type { Way } from './way.ts';

/** An app that proves itself with AZURE_CLIENT_SECRET. */
export const clientSecret: Way = {
  method: 'client-secret',
  missing: (context) => unset(context, ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_ID', TENANT]),
  async open(context) {
    const { ClientSecretCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
    const { tenant, client } = principal(context);
    const secret = variable(context, 'AZURE_CLIENT_SECRET') ?? '';
    const credential = new ClientSecretCredential(tenant, client, secret, options);
    return (request) => tokenFrom(credential, 'client-secret', request, context, seen);
  },
};

/** An app that proves itself with the certificate in AZURE_CLIENT_CERTIFICATE_PATH (PEM, with its private key). */
export const certificate: Way = {
  method: 'certificate',
  missing: async (context) =>
    unset(context, ['AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_CLIENT_ID', TENANT]) ??
    (await unreadable(context, 'AZURE_CLIENT_CERTIFICATE_PATH')),
  async open(context) {
    const { ClientCertificateCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
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
    return (request) => tokenFrom(credential, 'certificate', request, context, seen);
  },
};

/** An app that is trusted for a token of another issuer: a file (Kubernetes), or GitHub Actions' token service. */
export const workloadIdentity: Way = {
  method: 'workload-identity',
  async missing(context) {
    const app = unset(context, ['AZURE_CLIENT_ID', TENANT]);
    if (variable(context, 'AZURE_FEDERATED_TOKEN_FILE') !== undefined)
      return app ?? (await unreadable(context, 'AZURE_FEDERATED_TOKEN_FILE'));
    const github = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (unset(context, github) === undefined) return app;
    return 'neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set';
  },
  async open(context) {
    const { ClientAssertionCredential, WorkloadIdentityCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
    const { tenant, client } = principal(context);
    const tokenFilePath = variable(context, 'AZURE_FEDERATED_TOKEN_FILE');
    const credential =
      tokenFilePath === undefined
        ? new ClientAssertionCredential(tenant, client, () => githubAssertion(context), options)
        : new WorkloadIdentityCredential({ ...options, tenantId: tenant, clientId: client, tokenFilePath });
    return (request) => tokenFrom(credential, 'workload-identity', request, context, seen);
  },
};

const CONNECTION = {
  tenant: 'AZURESUBSCRIPTION_TENANT_ID',
  client: 'AZURESUBSCRIPTION_CLIENT_ID',
  id: 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
} as const;

/** A job of Azure Pipelines with a service connection; the task AzureCLI@2 or AzurePowerShell@5 sets the variables. */
export const azurePipelines: Way = {
  method: 'azure-pipelines',
  missing: (context) =>
    unset(context, ['SYSTEM_OIDCREQUESTURI', 'SYSTEM_ACCESSTOKEN', ...Object.values(CONNECTION)]),
  async open(context) {
    const { AzurePipelinesCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
    const of = (name: string): string => variable(context, name) ?? '';
    const { tenant, client, id } = CONNECTION;
    try {
      // The library reads the address of the token service from the process's own environment.
      const credential = new AzurePipelinesCredential(
        of(tenant),
        of(client),
        of(id),
        of('SYSTEM_ACCESSTOKEN'),
        options,
      );
      return (request) => tokenFrom(credential, 'azure-pipelines', request, context, seen);
    } catch (error) {
      throw signInFailure('azure-pipelines', error, seen);
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

/** The library says which file it cannot open, not which variable named it. */
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
