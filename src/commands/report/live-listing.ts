import type { Failure } from '../../outcome/errors.ts';
import type { Listing } from '../../report/page.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { brokenOff, listTenant } from '../connection/list-tenant.ts';
import type { GraphSettings } from '../options/settings.ts';
import type { GraphOptions } from '../options/shared-options.ts';

/** A listing of the tenant; what kept the rest of it from being read, where it is not whole. */
export interface LiveListing extends Listing {
  readonly broken?: Failure;
}

/**
 * Reads the whole tenant, and warns of every configuration that could not be read.
 * @param whole a part of it is of no use
 */
export async function readLiveListing(
  settings: GraphSettings,
  whole: boolean,
  invocation: Invocation<GraphOptions>,
): Promise<LiveListing> {
  const connection = await connect(settings, 'read', invocation);
  const configurations: Configuration[] = [];
  let broken: Failure | undefined;
  try {
    for await (const configuration of listTenant(connection, invocation)) configurations.push(configuration);
  } catch (error) {
    broken = brokenOff(error, whole ? 0 : configurations.length);
  }
  const { graph, tenant, apiVersion } = await connection.runTarget();
  const where = graph === 'local' ? 'the built-in mock Graph' : graph;
  const whose = tenant === null ? '' : `, tenant ${tenant}`;
  const source = `${where}${whose}, ${apiVersion}`;
  if (broken === undefined) return { source, configurations };
  return { source: `${source}; incomplete, as reading it failed`, configurations, broken };
}
