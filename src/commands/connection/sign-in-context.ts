import type { Access } from '../../catalog/permissions.ts';
import { cloudTarget } from '../../graph/target.ts';
import type { SignInContext } from '../../sign-in/context.ts';
import type { Invocation } from '../command.ts';
import type { GraphSettings } from '../options/settings.ts';

/**
 * What commands about the sign-in itself need; nothing of Graph is asked. For the mock Graph it is the cloud's own
 * sign-in, since that Graph has none.
 */
export function signInContext(
  settings: GraphSettings,
  access: Access,
  { runtime, emit, secrets }: Pick<Invocation, 'runtime' | 'emit' | 'secrets'>,
): SignInContext {
  const target = settings.target ?? cloudTarget(settings.cloud, settings.apiVersion);
  const { tenant, timeout, noInput } = settings;
  return { target, tenant, access, timeout, noInput, secrets, emit, runtime };
}
