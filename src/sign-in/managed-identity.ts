import { access, readFile } from 'node:fs/promises';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { acquireToken, loadIdentity, observe, RETRIES } from './identity-library.ts';

/** The chassis asset tag of every Azure virtual machine, as Microsoft documents it. */
const AZURE_ASSET_TAG = '7783-7084-3265-9085-8269-3286-77';

/** Variables with the endpoint in App Service, Functions, Container Apps, Arc, Service Fabric and pods. */
const ENDPOINTS = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'];

/**
 * The managed identity of the machine or service. It is tried where it is configured, or where the machine is an Azure
 * virtual machine: elsewhere a probe of the network would only time out.
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
    // Its service is on the machine or on its link: no proxy reaches it.
    const { observed, policies } = observe(context, { direct: true });
    const clientId = variable(context, 'AZURE_CLIENT_ID');
    const credential = new ManagedIdentityCredential({
      retryOptions: RETRIES,
      ...(clientId === undefined ? {} : { clientId }),
    });
    // This credential ignores `additionalPolicies`, so the policies are added to its pipeline.
    const { identityClient } = credential as unknown as HasPipeline;
    for (const { policy } of policies) identityClient?.pipeline.addPolicy(policy, { afterPhase: 'Retry' });
    return (request) => acquireToken(credential, 'managed-identity', request, context, observed);
  },
};

/** The part of the credential that its types do not have; the version of the library is pinned. */
interface HasPipeline {
  readonly identityClient?: {
    readonly pipeline: { addPolicy(policy: never, options: { readonly afterPhase: 'Retry' }): void };
  };
}

/** On Windows the agent of every Azure virtual machine keeps its logs in a folder of the system drive. */
async function isAzureMachine({ runtime }: SignInContext): Promise<boolean> {
  if (runtime.platform === 'win32') {
    const folder = `${runtime.env.SystemDrive ?? 'C:'}\\WindowsAzure`;
    return access(folder).then(
      () => true,
      () => false,
    );
  }
  if (runtime.platform !== 'linux') return false;
  const tag = await readFile('/sys/class/dmi/id/chassis_asset_tag', 'utf8').catch(() => '');
  return tag.trim() === AZURE_ASSET_TAG;
}
