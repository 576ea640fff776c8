import { access, constants } from 'node:fs/promises';
import { Failure } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { githubAssertion } from './github-assertion.ts';
import { acquireToken, credentialOptions, loadIdentity } from './identity-library.ts';

/** `--tenant` can replace this variable. */
const TENANT = 'AZURE_TENANT_ID';

const APP = ['AZURE_CLIENT_ID', TENANT];

/** The variables of a credential. If the first one is set, the credential is configured, and the others are required. */
const SECRET = ['AZURE_CLIENT_SECRET', ...APP];
const CERTIFICATE = ['AZURE_CLIENT_CERTIFICATE_PATH', ...APP];

/** An app with the secret in AZURE_CLIENT_SECRET. */
export const clientSecret: Credential = {
  method: 'client-secret',
  unavailable: (context) => notConfigured(context, SECRET),
  async open(context) {
    const { tenant, client } = principal(context, SECRET);
    const { ClientSecretCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const secret = textOf(context, 'AZURE_CLIENT_SECRET');
    const credential = new ClientSecretCredential(tenant, client, secret, options);
    return (request) => acquireToken(credential, 'client-secret', request, context, observed);
  },
};

/** An app with the certificate in AZURE_CLIENT_CERTIFICATE_PATH (PEM, with its private key). */
export const certificate: Credential = {
  method: 'certificate',
  unavailable: (context) => notConfigured(context, CERTIFICATE),
  async open(context) {
    const { tenant, client } = principal(context, CERTIFICATE);
    const certificatePath = await readableFile(context, 'AZURE_CLIENT_CERTIFICATE_PATH');
    const { ClientCertificateCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const password = variable(context, 'AZURE_CLIENT_CERTIFICATE_PASSWORD');
    const configuration = {
      certificatePath,
      ...(password === undefined ? {} : { certificatePassword: password }),
    };
    const sendCertificateChain = /^(1|true)$/i.test(textOf(context, 'AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'));
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
  unavailable(context) {
    if (variable(context, 'AZURE_FEDERATED_TOKEN_FILE') !== undefined) return undefined;
    // A job of GitHub Actions may use its token for another purpose, so an app must be configured too.
    const github = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
    if (unset(context, github) === undefined) return unset(context, APP);
    return 'neither AZURE_FEDERATED_TOKEN_FILE nor GitHub’s ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set';
  },
  async open(context) {
    const { tenant, client } = principal(context, APP);
    const fromGithub = variable(context, 'AZURE_FEDERATED_TOKEN_FILE') === undefined;
    const tokenFilePath = fromGithub ? undefined : await readableFile(context, 'AZURE_FEDERATED_TOKEN_FILE');
    const { ClientAssertionCredential, WorkloadIdentityCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    let assertion: string;
    const credential =
      tokenFilePath === undefined
        ? new ClientAssertionCredential(tenant, client, async () => assertion, options)
        : new WorkloadIdentityCredential({ ...options, tenantId: tenant, clientId: client, tokenFilePath });
    return async (request) => {
      // If the library called this, its error would have neither the kind nor the hint of the failure.
      if (fromGithub) assertion = await githubAssertion(context);
      return acquireToken(credential, 'workload-identity', request, context, observed);
    };
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
    // The library reads the address of the token service from process.env.
    const credential = new AzurePipelinesCredential(
      textOf(context, CONNECTION.tenant),
      textOf(context, CONNECTION.client),
      textOf(context, CONNECTION.id),
      textOf(context, 'SYSTEM_ACCESSTOKEN'),
      options,
    );
    return (request) => acquireToken(credential, 'azure-pipelines', request, context, observed);
  },
};

function unset(context: SignInContext, names: readonly string[]): string | undefined {
  const missing = names.filter(
    (name) => variable(context, name) === undefined && !(name === TENANT && context.tenant !== undefined),
  );
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`;
}

/** Why a credential is not configured; undefined if its first variable is set. */
function notConfigured(context: SignInContext, names: readonly string[]): string | undefined {
  return unset(context, names.slice(0, 1)) === undefined ? undefined : unset(context, names);
}

/**
 * The app. @param names the required variables
 * @throws a `sign-in` Failure that names those that are missing
 */
function principal(
  context: SignInContext,
  names: readonly string[],
): { readonly tenant: string; readonly client: string } {
  const missing = unset(context, names);
  if (missing === undefined) {
    return {
      tenant: context.tenant ?? textOf(context, TENANT),
      client: textOf(context, 'AZURE_CLIENT_ID'),
    };
  }
  const tenant = missing.includes(TENANT) ? '; `--tenant` can replace AZURE_TENANT_ID' : '';
  throw new Failure('sign-in', missing, { hint: `set ${names.join(', ')} together${tenant}` });
}

/**
 * The path in a variable. It is checked, since the library's error does not name the variable.
 * @throws a `sign-in` Failure if the file cannot be read
 */
async function readableFile(context: SignInContext, name: string): Promise<string> {
  const path = textOf(context, name);
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('sign-in', `${name}: ${path} cannot be read (${error.code})`, {
      hint: 'check the path and its permissions',
    });
  });
  return path;
}

/** A variable, or an empty string. */
function textOf(context: SignInContext, name: string): string {
  return variable(context, name) ?? '';
}
