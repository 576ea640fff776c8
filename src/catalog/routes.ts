import type { ApiVersion } from './properties.ts';

/**
 * The named routes: every path that a version of Graph's page "Update deviceConfigurationDeviceOverview" has
 * listed for PATCH. The first ten are on the page this program implements; the other six are on other versions of it.
 * Source of the dates: the history of that page in Microsoft's Graph documentation (beta).
 */
interface Row {
  /** The name that `--via` accepts. */
  readonly name: string;
  /**
   * The path between the configuration and `/deviceStatusOverview`, without a slash at the end; empty for the
   * configuration itself. A segment in braces is a placeholder for the id given with `--certificate-id`.
   */
  readonly path: string;
  readonly apiVersions: readonly ApiVersion[];
  /** First and last day on which a stored version of the page listed the route for PATCH. */
  readonly documented: { readonly since: string; readonly until: string };
  readonly description: string;
}

/** The beginning of every route, below the API version. */
export const CONFIGURATIONS_PATH = '/deviceManagement/deviceConfigurations';

/** The last segment of every route. */
export const OVERVIEW_SEGMENT = 'deviceStatusOverview';

const ROWS = [
  {
    name: 'direct',
    path: '',
    apiVersions: ['beta', 'v1.0'],
    documented: { since: '2017-01-20', until: '2024-08-01' },
    description: 'The configuration itself',
  },
  {
    name: 'root',
    path: '/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2024-08-01' },
    description: 'Root certificate of a configuration of any type',
  },
  {
    name: 'identity',
    path: '/identityCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-02-27', until: '2021-03-11' },
    description: 'Identity certificate of a configuration of any type',
  },
  {
    name: 'identity-root',
    path: '/identityCertificate/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-02-27', until: '2021-03-11' },
    description: 'Root certificate of the identity certificate, for any types',
  },
  {
    name: 'ios-scep',
    path: '/microsoft.graph.iosScepCertificateProfile/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2024-08-01' },
    description: 'Root certificate of an iOS SCEP profile',
  },
  {
    name: 'wp81-vpn',
    path: '/microsoft.graph.windowsPhone81VpnConfiguration/identityCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2021-03-11' },
    description: 'Identity certificate of a Windows Phone 8.1 VPN profile',
  },
  {
    name: 'macos-wired-root',
    path: '/microsoft.graph.macOSWiredNetworkConfiguration/rootCertificateForServerValidation',
    apiVersions: ['beta'],
    documented: { since: '2019-11-05', until: '2021-03-11' },
    description: 'Root certificate for server validation of a macOS wired network',
  },
  {
    name: 'macos-wired',
    path: '/microsoft.graph.macOSWiredNetworkConfiguration/identityCertificateForClientAuthentication',
    apiVersions: ['beta'],
    documented: { since: '2019-11-05', until: '2021-03-11' },
    description: 'Client certificate of a macOS wired network',
  },
  {
    name: 'wifi-eap',
    path: '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication',
    apiVersions: ['beta'],
    documented: { since: '2018-08-19', until: '2024-08-01' },
    description: 'Client certificate of a Windows enterprise Wi-Fi profile',
  },
  {
    name: 'wifi-eap-root',
    path: '/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation/{id}',
    apiVersions: ['beta'],
    documented: { since: '2018-08-19', until: '2024-08-01' },
    description: 'One root certificate for server validation of a Windows enterprise Wi-Fi profile',
  },
  {
    name: 'macos-scep',
    path: '/microsoft.graph.macOSScepCertificateProfile/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2024-08-01' },
    description: 'Root certificate of a macOS SCEP profile',
  },
  {
    name: 'wp81-scep',
    path: '/microsoft.graph.windowsPhone81SCEPCertificateProfile/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2024-08-01', until: '2024-08-01' },
    description: 'Root certificate of a Windows Phone 8.1 SCEP profile',
  },
  {
    name: 'windows-scep',
    path: '/microsoft.graph.windows81SCEPCertificateProfile/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-02-27', until: '2018-04-20' },
    description: 'Root certificate of a Windows 8.1 SCEP profile',
  },
  {
    name: 'android-cert',
    path: '/microsoft.graph.androidDeviceOwnerCertificateProfileBase/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2019-08-07', until: '2019-08-08' },
    description: 'Root certificate of an Android Device Owner certificate profile',
  },
  {
    name: 'android-wifi',
    path: '/microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration/identityCertificateForClientAuthentication',
    apiVersions: ['beta'],
    documented: { since: '2020-06-12', until: '2020-06-12' },
    description: 'Client certificate of an Android Device Owner enterprise Wi-Fi profile',
  },
  {
    name: 'windows-vpn',
    path: '/microsoft.graph.windows10VpnConfiguration/identityCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2017-02-10' },
    description: 'Identity certificate of a Windows 10 VPN profile',
  },
] as const satisfies readonly Row[];

export type RouteName = (typeof ROWS)[number]['name'];

export interface RouteRow extends Row {
  readonly name: RouteName;
}

export const ROUTES: readonly RouteRow[] = ROWS;
