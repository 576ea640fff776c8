import { Failure } from '../../outcome/errors.ts';
import { SessionStore } from '../../sign-in/session-store.ts';
import type { Action } from '../command.ts';
import { membersFlat } from '../records/columns.ts';

export const run: Action = async ({ runtime, emit }) => {
  const store = new SessionStore(runtime);
  // A file that cannot be read can still be removed.
  const session = await store.read().catch(() => undefined);
  const removed = await store.clear().catch((error: unknown) => {
    throw new Failure('unexpected', `the saved sign-in cannot be removed: ${(error as Error).message}`);
  });
  if (session?.storage === 'keyring') {
    emit({
      kind: 'note',
      text: 'the tokens are still in the keyring, but they are no longer used',
    });
  }
  const account = session?.account ?? null;
  const text = removed ? `signed out${account === null ? '' : ` ${account}`}` : 'not signed in';
  return {
    data: { value: { account, removed } },
    flat: membersFlat(['account', 'removed']),
    view: () => [{ kind: 'line', cells: [{ text }] }],
  };
};
