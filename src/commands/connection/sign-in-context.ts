import type { Access } from '../../catalog/permissions.ts';
import { cloudTarget } from '../../graph/target.ts';
import type { SignInContext } from '../../sign-in/context.ts';
import type { Invocation } from '../command.ts';
import type { GraphSettings } from '../options/settings.ts';

/**
 * The context of commands for the sign-in itself, which send nothing to Graph. The mock Graph has no sign-in, so with
 * `--local` it is that of the cloud.
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
