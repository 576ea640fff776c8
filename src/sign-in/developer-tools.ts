import { access, constants } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { acquireToken, type Identity, loadIdentity, observe } from './identity-library.ts';
import type { AuthMethod } from './methods.ts';

/** A tool that takes longer than this is stopped, in milliseconds. */
export const TOOL_TIMEOUT = 20_000;

interface ToolOptions {
  readonly tenantId?: string;
  readonly processTimeoutInMs: number;
}

function tool(
  method: AuthMethod,
  executables: readonly string[],
  make: (identity: Identity, options: ToolOptions) => TokenCredential,
): Credential {
  return {
    method,
    async unavailable(context) {
      return (await isOnPath(executables, context)) ? undefined : `${executables[0]} is not on PATH`;
    },
    async open(context) {
      const identity = await loadIdentity();
      const { observed } = observe(context);
      const tenant = context.tenant === undefined ? {} : { tenantId: context.tenant };
      const credential = make(identity, { ...tenant, processTimeoutInMs: TOOL_TIMEOUT });
      return (request) => acquireToken(credential, method, request, context, observed);
    },
  };
}

/** `Connect-AzAccount`. */
export const azurePowerShell = tool(
  'azure-powershell',
  ['pwsh', 'powershell'],
  (identity, options) => new identity.AzurePowerShellCredential(options),
);

/** `azd auth login`. */
export const azureDeveloperCli = tool(
  'azd',
  ['azd'],
  (identity, options) => new identity.AzureDeveloperCliCredential(options),
);

/** Whether one of the programs is on PATH. */
export async function isOnPath(names: readonly string[], context: SignInContext): Promise<boolean> {
  const windows = context.runtime.platform === 'win32';
  const { delimiter, join } = windows ? win32 : posix;
  const folders = (variable(context, 'PATH') ?? variable(context, 'Path') ?? '').split(delimiter);
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  const candidates = folders.flatMap((folder) =>
    names.flatMap((name) => endings.map((ending) => join(folder, name + ending))),
  );
  const found = await Promise.all(
    candidates.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
