import type { Failure } from '../../outcome/errors.ts';
import type { Listing } from '../../report/page.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { incompleteListing, listTenant } from '../connection/list-tenant.ts';
import type { GraphSettings } from '../options/settings.ts';
import type { GraphOptions } from '../options/shared-options.ts';

/** A listing of the tenant, with a failure if it is incomplete. */
export interface LiveListing extends Listing {
  readonly failure?: Failure;
}

/**
 * Reads the whole tenant, with a warning for each overview that cannot be read.
 * @param whole whether an incomplete listing is refused
 * @throws a Failure if nothing was read, or if the listing is incomplete and must be whole
 */
export async function readLiveListing(
  settings: GraphSettings,
  whole: boolean,
  invocation: Invocation<GraphOptions>,
): Promise<LiveListing> {
  const connection = await connect(settings, 'read', invocation);
  const configurations: Configuration[] = [];
  let failure: Failure | undefined;
  try {
    for await (const configuration of listTenant(connection, invocation)) configurations.push(configuration);
  } catch (error) {
    failure = incompleteListing(error, whole ? 0 : configurations.length);
  }
  const { graph, tenant, apiVersion } = await connection.runTarget();
  const where = graph === 'local' ? 'the built-in mock Graph' : graph;
  const whose = tenant === null ? '' : `, tenant ${tenant}`;
  const source = `${where}${whose}, ${apiVersion}`;
  if (failure === undefined) return { source, configurations };
  return { source: `${source}; incomplete, as reading it failed`, configurations, failure };
}
