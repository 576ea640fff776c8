import { keepNames, type Names } from '../../state/known-names.ts';
import type { Invocation } from '../command.ts';
import type { GraphOptions } from '../options/shared-options.ts';
import type { Connection } from './connect.ts';

/**
 * Stores the names that a command has read, for completion. If they cannot be stored, that is only reported.
 * @param how.whole whether they are all names of the tenant
 */
export async function rememberNames(
  connection: Connection,
  { runtime, options, emit }: Pick<Invocation<GraphOptions>, 'runtime' | 'options' | 'emit'>,
  names: Names,
  how: { readonly whole: boolean },
): Promise<void> {
  if (names.size === 0 && !how.whole) return;
  try {
    const { graph, tenant } = await connection.runTarget();
    const asked = options.tenant ?? runtime.env.AZURE_TENANT_ID ?? null;
    await keepNames(runtime, { graph, tenant, asked }, names, how);
  } catch (error) {
    const { message } = error as Error;
    emit({ kind: 'detail', text: `names are not stored for completion: ${message}` });
  }
}
