import { CLOUD_NAMES, CLOUDS } from '../../catalog/clouds.ts';
import { isLoopback } from '../../graph/target.ts';
import type { RunTarget } from '../../runs/target.ts';

/** The flags with which a command has the same target, each after a space; empty for beta of the global cloud. */
export function targetFlags({ graph, apiVersion }: Pick<RunTarget, 'graph' | 'apiVersion'>): string {
  return `${graphFlags(graph)}${apiVersion === 'beta' ? '' : ` --api-version ${apiVersion}`}`;
}

function graphFlags(graph: string): string {
  if (graph === 'local') return ' --local';
  const cloud = CLOUD_NAMES.find((name) => graph === `https://${CLOUDS[name].graph}`);
  if (cloud !== undefined) return cloud === 'global' ? '' : ` --cloud ${cloud}`;
  const trust = URL.canParse(graph) && isLoopback(new URL(graph).hostname) ? '' : ' --trust-endpoint';
  return ` --endpoint ${graph}${trust}`;
}
