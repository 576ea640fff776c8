import { Failure } from '../../outcome/errors.ts';
import { SessionStore } from '../../sign-in/session.ts';
import type { Action } from '../command.ts';
import { membersFlat } from '../records/columns.ts';

export const run: Action = async ({ runtime, report }) => {
  const store = new SessionStore(runtime);
  // Even where the file can no longer be read, it must be possible to remove it.
  const session = await store.read().catch(() => undefined);
  const removed = await store.clear().catch((error: unknown) => {
    throw new Failure('unexpected', `the saved sign-in cannot be removed: ${(error as Error).message}`);
  });
  if (session?.storage === 'keyring') {
    report({
      kind: 'note',
      text: 'the keyring still holds the tokens; they can no longer be found from here',
    });
  }
  const account = session?.account ?? null;
  const text = removed ? `signed out${account === null ? '' : ` ${account}`}` : 'nobody was signed in';
  return {
    data: { value: { account, removed } },
    flat: membersFlat(['account', 'removed']),
    view: () => [{ kind: 'line', cells: [{ text }] }],
  };
};
