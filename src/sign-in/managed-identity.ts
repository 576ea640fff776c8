import { readFile } from 'node:fs/promises';
import { type SignInContext, variable } from './context.ts';
import { commonOptions, loadIdentity, tokenFrom } from './identity.ts';
import type { Way } from './way.ts';

/** What every virtual machine of Azure has for a chassis asset tag; Microsoft documents it as the way to tell one. */
const AZURE_ASSET_TAG = '7783-7084-3265-9085-8269-3286-77';

/** Variables by which App Service, Functions, Container Apps, Arc and Service Fabric name their endpoint. */
const ENDPOINTS = ['IDENTITY_ENDPOINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT'];

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
    const { options, seen } = commonOptions(context);
    const clientId = variable(context, 'AZURE_CLIENT_ID');
    const { retryOptions, additionalPolicies } = options;
    const credential = new ManagedIdentityCredential({
      retryOptions,
      additionalPolicies,
      ...(clientId === undefined ? {} : { clientId }),
    });
    return (request) => tokenFrom(credential, 'managed-identity', request, context, seen);
  },
};

async function isAzureMachine({ runtime }: SignInContext): Promise<boolean> {
  if (runtime.platform !== 'linux') return false;
  const tag = await readFile('/sys/class/dmi/id/chassis_asset_tag', 'utf8').catch(() => '');
  return tag.trim() === AZURE_ASSET_TAG;
}
