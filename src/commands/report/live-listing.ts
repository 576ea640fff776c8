import type { Listing } from '../../report/page.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Invocation } from '../command.ts';
import { connect } from '../connection/connect.ts';
import { listTenant } from '../connection/list-tenant.ts';
import type { GraphSettings } from '../options/settings.ts';

/** Reads the whole tenant, and warns of every configuration that could not be read. */
export async function readLiveListing(settings: GraphSettings, invocation: Invocation): Promise<Listing> {
  const connection = await connect(settings, 'read', invocation);
  const configurations: Configuration[] = [];
  for await (const configuration of listTenant(connection, invocation)) configurations.push(configuration);
  const { graph, tenant, apiVersion } = await connection.runTarget();
  const where = graph === 'local' ? 'the embedded Graph, a sample tenant' : graph;
  const whose = tenant === null ? '' : `, tenant ${tenant}`;
  return { source: `${where}${whose}, ${apiVersion}`, configurations };
}
