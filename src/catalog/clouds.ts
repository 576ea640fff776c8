/**
 * Microsoft's national clouds: the Graph host, the sign-in authority and the token scope belong together, and a
 * token of one cloud is not valid in another. Source: Microsoft Graph's page on national cloud deployments.
 */
export const CLOUDS = {
  global: { graph: 'graph.microsoft.com', authority: 'login.microsoftonline.com', label: 'global and GCC' },
  usgov: {
    graph: 'graph.microsoft.us',
    authority: 'login.microsoftonline.us',
    label: 'US Government, GCC High (L4)',
  },
  dod: {
    graph: 'dod-graph.microsoft.us',
    authority: 'login.microsoftonline.us',
    label: 'US Department of Defense (L5)',
  },
  china: {
    graph: 'microsoftgraph.chinacloudapi.cn',
    authority: 'login.chinacloudapi.cn',
    label: 'China, operated by 21Vianet',
  },
} as const satisfies Record<string, CloudRow>;

export interface CloudRow {
  /** Host of Microsoft Graph. */
  readonly graph: string;
  /** Host of the sign-in service. */
  readonly authority: string;
  readonly label: string;
}

export type CloudName = keyof typeof CLOUDS;

export const CLOUD_NAMES = Object.keys(CLOUDS) as readonly CloudName[];

/** The scope to request for a token of this cloud's Graph. */
export function graphScope(cloud: CloudName): string {
  return `https://${CLOUDS[cloud].graph}/.default`;
}
