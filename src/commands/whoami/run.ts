import { identityView } from '../../present/views/identity.ts';
import { identityRecord } from '../../sign-in/identity-record.ts';
import { sendsToken } from '../../sign-in/token-source.ts';
import type { Action } from '../command.ts';
import { signInContext } from '../connection/sign-in-context.ts';
import { readGraphSettings } from '../options/settings.ts';
import type { GraphOptions } from '../options/shared-options.ts';
import { membersFlat } from '../records/columns.ts';
import { IDENTITY_COLUMNS } from '../records/identity-flat.ts';

const NOT_SENT = 'the Graph of the environment is on loopback: the token is not sent to it without `--auth`';

export const run: Action<GraphOptions> = async (invocation) => {
  const { runtime, options, emit } = invocation;
  const settings = readGraphSettings({ options, env: runtime.env });
  const context = signInContext(settings, 'read', invocation);
  const target = settings.target ?? { loopback: true };
  if (!sendsToken(settings.auth, target)) emit({ kind: 'note', text: NOT_SENT });
  const { chooseCredential } = await import('../../sign-in/choose-credential.ts');
  const { name, token } = await chooseCredential(settings.auth.method, context, {
    acceptMissingPermission: true,
  });
  const record = identityRecord(name, token, context);
  return {
    data: { value: record },
    flat: membersFlat(IDENTITY_COLUMNS),
    view: () => identityView({ ...record }),
  };
};
