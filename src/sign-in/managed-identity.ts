import { access, readFile } from 'node:fs/promises';
import { Failure } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { UNUSED_PROXY } from './http-client.ts';
import { acquireToken, loadIdentity, observe, RETRIES } from './identity-library.ts';

/** The chassis asset tag of every Azure virtual machine, as Microsoft documents it. */
const AZURE_ASSET_TAG = '7783-7084-3265-9085-8269-3286-77';

/** Variables with the endpoint in App Service, Functions, Container Apps, Arc, Service Fabric and pods. */
const ENDPOINTS = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'];

/**
 * The managed identity of the machine or service. It is tried if it is configured, or if the machine is an Azure virtual
 * machine: elsewhere a probe of the network would only time out.
 */
export const managedIdentity: Credential = {
  method: 'managed-identity',
  async unavailable(context) {
    if (ENDPOINTS.some((name) => variable(context, name) !== undefined)) return undefined;
    if (await isAzureMachine(context)) return undefined;
    return 'IDENTITY_ENDPOINT is not set, and this is not an Azure virtual machine';
  },
  async open(context) {
    const { ManagedIdentityCredential } = await loadIdentity();
    // Its service is on the machine or at a link-local address, which no proxy can reach.
    const { observed, policies, httpClient } = observe(context, { direct: true });
    const clientId = variable(context, 'AZURE_CLIENT_ID');
    const credential = new ManagedIdentityCredential({
      retryOptions: RETRIES,
      httpClient,
      proxyOptions: UNUSED_PROXY,
      ...(clientId === undefined ? {} : { clientId }),
    });
    // This credential ignores `additionalPolicies`, so the policies are added to its pipeline.
    const pipeline = (credential as unknown as HasPipeline).identityClient.pipeline;
    // Its own retries of IMDS end after nine seconds and do not include 429.
    pipeline.removePolicy({ name: 'retryPolicy' });
    pipeline.addPolicy(imdsRetryPolicy(context) as never);
    for (const { policy } of policies) pipeline.addPolicy(policy);
    return async (request) => {
      try {
        return await acquireToken(credential, 'managed-identity', request, context, observed);
      } catch (error) {
        throw error instanceof Failure ? managedIdentityFailure(error, clientId) : error;
      }
    };
  },
};

/** The part of the credential that its types do not have; the version of the library is pinned. */
interface HasPipeline {
  readonly identityClient: {
    readonly pipeline: {
      addPolicy(policy: never): void;
      removePolicy(options: { readonly name: string }): unknown;
    };
  };
}

/** The path of the token service of virtual machines (IMDS); the library ends it with a slash. */
const IMDS_PATH = /^\/metadata\/identity\/oauth2\/token\/?$/;

/** Waits between requests to IMDS, in milliseconds. */
const BACKOFF = [1_000, 2_000, 4_000];

/**
 * Waits by status. An update of IMDS (410) takes 70 s at most; sources:
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance and
 * docs/imds_retry_based_on_errors.md of the Microsoft Authentication Library for .NET.
 */
const IMDS_WAITS: Readonly<Record<number, readonly number[]>> = {
  404: BACKOFF,
  410: [2_000, 4_000, 8_000, 16_000, 20_000, 20_000],
  429: BACKOFF,
};

interface PolicyResponse {
  readonly status: number;
}

/** Retries requests to IMDS as documented. @returns a policy for the library's HTTP pipeline */
export function imdsRetryPolicy({ runtime }: Pick<SignInContext, 'runtime'>) {
  return {
    name: 'graphOverviewImdsRetry',
    async sendRequest<Request extends { readonly url: string }, Response extends PolicyResponse>(
      request: Request,
      next: (request: Request) => Promise<Response>,
    ): Promise<Response> {
      for (let attempt = 0; ; attempt += 1) {
        const response = await next(request);
        const isImds = IMDS_PATH.test(new URL(request.url).pathname);
        const wait = isImds ? IMDS_WAITS[response.status]?.[attempt] : undefined;
        if (wait === undefined) return response;
        await runtime.clock.sleep(wait, runtime.signal);
      }
    },
  };
}

/** A message for a refusal of a machine's token service, and for an answer that is not from that service. */
function managedIdentityFailure(failure: Failure, clientId: string | undefined): Failure {
  const { kind, message, details } = failure;
  if (kind === 'network') {
    return new Failure('network', message.replace('the sign-in service:', 'the managed identity service:'), {
      ...details,
      hint: message.includes('instead of JSON')
        ? 'another server answers at this address, such as a proxy or firewall: allow direct connections to it'
        : details.hint,
      cause: failure,
    });
  }
  if (!/identity not found/i.test(message)) return failure;
  const which = clientId === undefined ? '' : ` with the client id ${clientId}`;
  return new Failure('sign-in', `this machine has no managed identity${which} (${message})`, {
    hint:
      clientId === undefined
        ? 'assign one to the machine, or set AZURE_CLIENT_ID to the client id of a user-assigned identity'
        : 'set AZURE_CLIENT_ID to the client id of an identity that is assigned to this machine, or unset it',
    cause: failure,
  });
}

/** On Windows the agent of every Azure virtual machine writes its logs to a folder of the system drive. */
export async function isAzureMachine(
  { runtime }: Pick<SignInContext, 'runtime'>,
  assetTag = '/sys/class/dmi/id/chassis_asset_tag',
): Promise<boolean> {
  if (runtime.platform === 'win32') {
    const folder = `${runtime.env.SystemDrive ?? 'C:'}\\WindowsAzure`;
    return access(folder).then(
      () => true,
      () => false,
    );
  }
  if (runtime.platform !== 'linux') return false;
  const tag = await readFile(assetTag, 'utf8').catch(() => '');
  return tag.trim() === AZURE_ASSET_TAG;
}
