import { access, readFile } from 'node:fs/promises';
import { type SignInContext, variable } from './context.ts';
import { loadIdentity, observation, RETRIES, tokenFrom } from './identity.ts';
import type { Way } from './way.ts';

/** What every virtual machine of Azure has for a chassis asset tag; Microsoft documents it as the way to tell one. */
const AZURE_ASSET_TAG = '7783-7084-3265-9085-8269-3286-77';

/** Variables by which App Service, Functions, Container Apps, Arc, Service Fabric and pods name their endpoint. */
const ENDPOINTS = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'];

/**
 * The identity of the machine or service this runs on. It is tried where it is configured, or where the machine itself
 * says that it is one of Azure's: a probe of the network elsewhere would only wait.
 */
export const managedIdentity: Way = {
  method: 'managed-identity',
  async missing(context) {
    if (ENDPOINTS.some((name) => variable(context, name) !== undefined)) return undefined;
    if (await isAzureMachine(context)) return undefined;
    return 'IDENTITY_ENDPOINT is not set, and this is no virtual machine of Azure';
  },
  async open(context) {
    const { ManagedIdentityCredential } = await loadIdentity();
    // Its service is on the machine or its link, where no proxy leads.
    const { seen, policies } = observation(context, { direct: true });
    const clientId = variable(context, 'AZURE_CLIENT_ID');
    const credential = new ManagedIdentityCredential({
      retryOptions: RETRIES,
      ...(clientId === undefined ? {} : { clientId }),
    });
    // This credential drops the policies it is given, so they are put where its requests pass.
    const { identityClient } = credential as unknown as HasPipeline;
    for (const { policy } of policies) identityClient?.pipeline.addPolicy(policy, { afterPhase: 'Retry' });
    return (request) => tokenFrom(credential, 'managed-identity', request, context, seen);
  },
};

/** What is used of the credential beyond its types; the library's version is exact. */
interface HasPipeline {
  readonly identityClient?: {
    readonly pipeline: { addPolicy(policy: never, options: { readonly afterPhase: 'Retry' }): void };
  };
}

/** On Windows the agent that every virtual machine of Azure runs keeps its logs in a folder of the system's drive. */
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
