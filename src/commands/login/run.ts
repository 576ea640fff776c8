import { Faults, usage } from '../../errors.ts';
import { identityView } from '../../present/views/identity.ts';
import { identityRecord } from '../../sign-in/identity-record.ts';
import type { Action, Options } from '../command.ts';
import { readGraphSettings } from '../settings.ts';
import { signInContext } from '../sign-in-context.ts';

export const run: Action = async (invocation) => {
  const { runtime, options } = invocation;
  const faults = new Faults();
  const settings = faults.collect(() => readGraphSettings({ options, env: runtime.env }));
  const clientId = faults.collect(() => readClientId(options));
  faults.throwIfAny();
  if (!settings) throw faults.failure();
  const context = signInContext(settings, 'write', invocation);
  const { login } = await import('../../sign-in/login.ts');
  const method = options.deviceCode === true ? 'device-code' : 'browser';
  const allowUnencryptedStorage = options.allowUnencryptedStorage === true;
  const { token, storage } = await login({ method, clientId, allowUnencryptedStorage }, context);
  const record = { ...identityRecord(method, token, context), storage };
  return { data: { value: record }, view: () => identityView(record) };
};

function readClientId({ clientId }: Options): string | undefined {
  if (clientId === undefined) return undefined;
  if (typeof clientId === 'string' && /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(clientId))
    return clientId;
  throw usage(
    `--client-id: ${JSON.stringify(clientId)} is no application id`,
    'it is a GUID, shown in the app registration',
  );
}
