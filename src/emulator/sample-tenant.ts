import type { RouteName } from '../catalog/routes.ts';
import type { AssignedTo, Configuration, Sample } from './tenant.ts';

/** The seven counts: pending, not applicable, not applicable platform, success, error, failed, conflict. */
type Counts = readonly [number, number, number, number, number, number, number];

type Links = Readonly<Record<string, readonly string[]>>;

/** The last two digits of an id are the number of its row, so that ids in logs can be found here. */
function idOf(number: number): string {
  return `5a3b1c00-0b1e-4d5a-9c3e-0000000000${number.toString(16).padStart(2, '0')}`;
}

function overviewIdOf(number: number): string {
  return `0e7d2f00-0b1e-4d5a-9c3e-0000000000${number.toString(16).padStart(2, '0')}`;
}

const [PILOT, STAFF, KIOSKS] = [1, 2, 3].map((digit) => `9b1d4e00-0b1e-4d5a-9c3e-00000000000${digit}`) as [
  string,
  string,
  string,
];

/** Assignments of the configurations, used in rotation. */
export const ASSIGNED_TO: readonly (readonly AssignedTo[])[] = [
  [],
  [{ group: STAFF }],
  [{ all: 'devices' }, { except: KIOSKS }],
  [{ group: PILOT }, { group: STAFF }, { except: KIOSKS }],
  [{ all: 'users' }],
];

function row(
  number: number,
  type: string,
  displayName: string,
  counts: Counts,
  links: Links = {},
): Configuration {
  const [pending, notApplicable, notApplicablePlatform, success, error, failed, conflict] = counts;
  const version = 1 + (number % 7);
  const day = String(1 + (number % 28)).padStart(2, '0');
  return {
    id: idOf(number),
    type,
    displayName,
    description: `Sample configuration ${number}`,
    createdDateTime: `2023-03-${day}T08:15:00.1234567Z`,
    lastModifiedDateTime: `2024-06-${day}T09:30:00Z`,
    version,
    overview: {
      id: overviewIdOf(number),
      pendingCount: pending,
      notApplicableCount: notApplicable,
      notApplicablePlatformCount: notApplicablePlatform,
      successCount: success,
      errorCount: error,
      failedCount: failed,
      conflictCount: conflict,
      lastUpdateDateTime: `2024-07-${day}T02:05:09.2345678Z`,
      configurationVersion: version,
    },
    assignedTo: ASSIGNED_TO[number % ASSIGNED_TO.length] ?? [],
    links,
  };
}

/** Navigation properties refer to rows of this list by number. */
function to(...numbers: number[]): readonly string[] {
  return numbers.map(idOf);
}

/**
 * A small tenant: for each named route a configuration on which it works, chains of certificates, names in several
 * scripts, and 0 to tens of thousands of devices.
 */
export const SAMPLE_CONFIGURATIONS: readonly Configuration[] = [
  row(
    0x01,
    'windows10GeneralConfiguration',
    'Windows 10 – Device restrictions',
    [212, 40, 15, 4811, 31, 7, 2],
  ),
  row(
    0x02,
    'windowsWifiEnterpriseEAPConfiguration',
    'Corporate Wi-Fi (Windows)',
    [85, 12, 3, 3920, 18, 4, 1],
    {
      identityCertificateForClientAuthentication: to(0x20),
      rootCertificateForClientValidation: to(0x30),
      rootCertificatesForServerValidation: to(0x31, 0x32),
    },
  ),
  row(0x03, 'iosScepCertificateProfile', 'iOS device certificate (SCEP)', [40, 5, 0, 1510, 9, 2, 0], {
    rootCertificate: to(0x33),
  }),
  row(0x04, 'windowsPhone81VpnConfiguration', 'Field phones VPN (retired)', [0, 0, 0, 12, 0, 1, 0], {
    identityCertificate: to(0x21),
  }),
  row(0x05, 'macOSWiredNetworkConfiguration', 'Studio Macs – 802.1X wired', [6, 0, 2, 148, 1, 0, 0], {
    identityCertificateForClientAuthentication: to(0x22),
    rootCertificateForServerValidation: to(0x34),
  }),
  row(0x06, 'macOSScepCertificateProfile', 'Mac user certificate (SCEP)', [11, 1, 0, 420, 2, 3, 0], {
    rootCertificate: to(0x34),
  }),
  row(0x07, 'windowsPhone81SCEPCertificateProfile', 'Field phones SCEP (retired)', [0, 0, 0, 12, 0, 0, 0], {
    rootCertificate: to(0x35),
  }),
  row(
    0x08,
    'windows81SCEPCertificateProfile',
    'Windows user certificate (SCEP)',
    [64, 9, 1, 4400, 12, 6, 3],
    {
      rootCertificate: to(0x30),
    },
  ),
  row(
    0x09,
    'androidDeviceOwnerScepCertificateProfile',
    'Android kiosk certificate',
    [19, 0, 4, 733, 5, 1, 0],
    {
      rootCertificate: to(0x36),
    },
  ),
  row(
    0x0a,
    'androidDeviceOwnerEnterpriseWiFiConfiguration',
    'Warehouse scanners Wi-Fi',
    [33, 2, 0, 611, 14, 8, 0],
    {
      identityCertificateForClientAuthentication: to(0x09),
      rootCertificateForServerValidation: to(0x36),
      rootCertificatesForServerValidation: to(0x36, 0x37),
    },
  ),
  row(0x0b, 'windows10VpnConfiguration', 'Always On VPN', [120, 31, 8, 4102, 77, 19, 5], {
    identityCertificate: to(0x08),
  }),
  row(0x0c, 'iosVpnConfiguration', 'iPhone per-app VPN', [25, 3, 0, 1320, 11, 2, 1], {
    identityCertificate: to(0x03),
  }),
  row(0x0d, 'iosikEv2VpnConfiguration', 'iPhone IKEv2 VPN', [2, 0, 0, 87, 0, 0, 0], {
    identityCertificate: to(0x03),
  }),
  row(0x0e, 'androidVpnConfiguration', 'Android VPN', [9, 1, 0, 240, 3, 1, 0], {
    identityCertificate: to(0x23),
  }),
  row(
    0x0f,
    'iosGeneralDeviceConfiguration',
    'iPhone – Einschränkungen für Außendienst',
    [18, 0, 0, 904, 4, 0, 0],
  ),
  row(0x10, 'macOSGeneralDeviceConfiguration', 'Mac – 制限プロファイル', [3, 0, 0, 149, 0, 0, 0]),
  row(0x11, 'windowsUpdateForBusinessConfiguration', 'Update ring 1 – Pilot 🚀', [4, 0, 0, 96, 0, 0, 0]),
  row(
    0x12,
    'windowsUpdateForBusinessConfiguration',
    'Update ring 2 – Broad',
    [5120, 310, 44, 41877, 402, 198, 61],
  ),
  row(
    0x13,
    'windows10EndpointProtectionConfiguration',
    'BitLocker and firewall baseline for every laptop in all regions, with recovery key escrow and removable drives',
    [371, 20, 9, 12240, 88, 41, 17],
  ),
  row(0x14, 'sharedPCConfiguration', 'Library computers', [0, 0, 0, 0, 0, 0, 0]),
  row(0x15, 'windowsDomainJoinConfiguration', 'Hybrid join (Autopilot)', [14, 0, 0, 260, 6, 9, 0], {
    networkAccessConfigurations: to(0x02, 0x0b),
  }),
  row(0x16, 'androidDeviceOwnerGeneralDeviceConfiguration', 'Android kiosk mode', [51, 0, 2, 1804, 7, 3, 0]),
  row(
    0x17,
    'androidWorkProfileGeneralDeviceConfiguration',
    'Android work profile',
    [77, 12, 0, 2215, 19, 5, 2],
  ),
  row(0x18, 'windows10CustomConfiguration', 'Custom OMA-URI – legacy', [1, 0, 0, 0, 0, 44, 0]),
  row(0x19, 'iosUpdateConfiguration', 'iOS update window', [204, 0, 0, 1102, 0, 0, 0]),
  row(0x1a, 'windowsHealthMonitoringConfiguration', 'Endpoint analytics', [0, 0, 0, 15230, 3, 0, 0]),
  row(0x20, 'windows10PkcsCertificateProfile', 'Wi-Fi client certificate (PKCS)', [71, 8, 1, 3933, 10, 3, 0]),
  row(0x21, 'windowsPhone81SCEPCertificateProfile', 'Field phones VPN certificate', [0, 0, 0, 11, 1, 0, 0], {
    rootCertificate: to(0x35),
  }),
  row(0x22, 'macOSPkcsCertificateProfile', 'Studio Macs client certificate', [5, 0, 0, 150, 0, 1, 0]),
  row(0x23, 'androidScepCertificateProfile', 'Android certificate (SCEP)', [8, 0, 0, 244, 2, 0, 0], {
    rootCertificate: to(0x38),
  }),
  row(0x30, 'windows81TrustedRootCertificate', 'Contoso Root CA 2019', [30, 0, 0, 18120, 2, 0, 0]),
  row(0x31, 'windows81TrustedRootCertificate', 'Contoso RADIUS Root A', [28, 0, 0, 3990, 1, 0, 0]),
  row(0x32, 'windows81TrustedRootCertificate', 'Contoso RADIUS Root B', [29, 0, 0, 3987, 3, 0, 0]),
  row(0x33, 'iosTrustedRootCertificate', 'Contoso Root CA (iOS)', [12, 0, 0, 1544, 0, 0, 0]),
  row(0x34, 'macOSTrustedRootCertificate', 'Contoso Root CA (macOS)', [4, 0, 0, 571, 0, 0, 0]),
  row(
    0x35,
    'windowsPhone81TrustedRootCertificate',
    'Contoso Root CA (Windows Phone)',
    [0, 0, 0, 12, 0, 0, 0],
  ),
  row(
    0x36,
    'androidDeviceOwnerTrustedRootCertificate',
    'Contoso Root CA (Android)',
    [10, 0, 1, 1390, 0, 0, 0],
  ),
  row(
    0x37,
    'androidDeviceOwnerTrustedRootCertificate',
    'Contoso RADIUS Root (Android)',
    [13, 0, 1, 1381, 2, 0, 0],
  ),
  row(
    0x38,
    'androidTrustedRootCertificate',
    'Contoso Root CA (Android, device admin)',
    [1, 0, 0, 251, 0, 0, 0],
  ),
];

function sample(number: number, certificate?: number): Sample {
  return {
    deviceConfigurationId: idOf(number),
    certificateId: certificate === undefined ? null : idOf(certificate),
  };
}

/** A configuration for each named route. */
export const SAMPLES: Readonly<Record<RouteName, Sample>> = {
  direct: sample(0x01),
  root: sample(0x03),
  identity: sample(0x0c),
  'identity-root': sample(0x0c),
  'ios-scep': sample(0x03),
  'wp81-vpn': sample(0x04),
  'macos-wired-root': sample(0x05),
  'macos-wired': sample(0x05),
  'wifi-eap': sample(0x02),
  'wifi-eap-root': sample(0x02, 0x31),
  'macos-scep': sample(0x06),
  'wp81-scep': sample(0x07),
  'windows-scep': sample(0x08),
  'android-cert': sample(0x09),
  'android-wifi': sample(0x0a),
  'windows-vpn': sample(0x0b),
};
