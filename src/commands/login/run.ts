import { InputErrors, usage } from '../../outcome/errors.ts';
import { isGuid } from '../../overview/id.ts';
import { identityView } from '../../present/views/identity.ts';
import { identityRecord } from '../../sign-in/identity-record.ts';
import type { LoginOptions } from '../../sign-in/login.ts';
import type { Action } from '../command.ts';
import { signInContext } from '../connection/sign-in-context.ts';
import { readGraphSettings } from '../options/settings.ts';
import { membersFlat } from '../records/columns.ts';
import { IDENTITY_COLUMNS } from '../records/identity-flat.ts';
import type { LoginCommandOptions } from './options.ts';

export const run: Action<LoginCommandOptions> = async (invocation) => {
  const { runtime, options } = invocation;
  const errors = new InputErrors();
  const settings = errors.collect(() => readGraphSettings({ options, env: runtime.env }));
  const clientId = errors.collect(() => readClientId(options));
  const method = errors.collect(() => readMethod(options));
  errors.throwIfAny();
  if (!settings || !method) throw errors.failure();
  const context = signInContext(settings, 'write', invocation);
  const { login } = await import('../../sign-in/login.ts');
  const waitLimit = options.timeout === undefined ? undefined : settings.timeout;
  const allowUnencryptedStorage = options.allowUnencryptedStorage === true;
  const { token, storage } = await login({ method, clientId, allowUnencryptedStorage, waitLimit }, context);
  const record = { ...identityRecord(method, token, context), storage };
  return {
    data: { value: record },
    flat: membersFlat([...IDENTITY_COLUMNS, 'storage']),
    view: () => identityView(record),
  };
};

/** The method is read from the command line only: GRAPH_OVERVIEW_AUTH is for the other commands. */
function readMethod({ auth, deviceCode }: LoginCommandOptions): LoginOptions['method'] {
  if (auth === 'device-code' || (deviceCode === true && auth === undefined)) return 'device-code';
  if (auth === undefined || auth === 'auto') return deviceCode === true ? 'device-code' : 'browser';
  if (auth === 'browser' && deviceCode !== true) return 'browser';
  throw usage(
    `--auth ${auth}: login takes browser or device-code`,
    'use `--device-code`, or remove `--auth`; the other methods need no `login`',
  );
}

function readClientId({ clientId }: LoginCommandOptions): string | undefined {
  if (clientId === undefined) return undefined;
  if (isGuid(clientId)) return clientId;
  throw usage(
    `--client-id: ${JSON.stringify(clientId)} is not an application id`,
    'give the GUID that the app registration shows',
  );
}
