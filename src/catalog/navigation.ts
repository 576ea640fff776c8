/**
 * The part of Graph's beta metadata that leads from a device configuration to other ones: the entity types with
 * their base types, and their navigation properties. Source: Microsoft's published CSDL of Graph (beta and v1.0),
 * as of 2026-08-03. v1.0 has no navigation property between configurations at all.
 */
export interface NavigationRow {
  readonly name: string;
  /** The entity type it leads to, without `microsoft.graph.`. */
  readonly target: string;
  /** A collection is followed by an id in the path. */
  readonly collection: boolean;
}

export interface EntityTypeRow {
  /** Without `microsoft.graph.`, as all type names here. */
  readonly name: string;
  readonly base: string;
  readonly abstract: boolean;
  readonly v1: boolean;
  readonly navigation: readonly NavigationRow[];
}

/** The namespace of every type; a cast in a path is written `microsoft.graph.<type>`. */
export const NAMESPACE = 'microsoft.graph';

/** The type that every route starts from. */
export const CONFIGURATION_TYPE = 'deviceConfiguration';

function one(name: string, target: string): NavigationRow {
  return { name, target, collection: false };
}

function many(name: string, target: string): NavigationRow {
  return { name, target, collection: true };
}

/** `*` before a name: abstract. `1` after it: v1.0 has the type too. */
function type(marked: string, base: string, ...navigation: NavigationRow[]): EntityTypeRow {
  const name = marked.replaceAll(/^\*| 1$/g, '');
  return { name, base, abstract: marked.startsWith('*'), v1: marked.endsWith(' 1'), navigation };
}

export const ENTITY_TYPES: readonly EntityTypeRow[] = [
  type('*deviceConfiguration 1', 'entity', many('groupAssignments', 'deviceConfigurationGroupAssignment')),
  type(
    '*androidCertificateProfileBase',
    'deviceConfiguration',
    one('rootCertificate', 'androidTrustedRootCertificate'),
  ),
  type('androidCustomConfiguration 1', 'deviceConfiguration'),
  type(
    '*androidDeviceOwnerCertificateProfileBase',
    'deviceConfiguration',
    one('rootCertificate', 'androidDeviceOwnerTrustedRootCertificate'),
  ),
  type('androidDeviceOwnerDerivedCredentialAuthenticationConfiguration', 'deviceConfiguration'),
  type(
    'androidDeviceOwnerEnterpriseWiFiConfiguration',
    'androidDeviceOwnerWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'androidDeviceOwnerCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'androidDeviceOwnerTrustedRootCertificate'),
    many('rootCertificatesForServerValidation', 'androidDeviceOwnerTrustedRootCertificate'),
  ),
  type('androidDeviceOwnerGeneralDeviceConfiguration', 'deviceConfiguration'),
  type('androidDeviceOwnerImportedPFXCertificateProfile', 'androidDeviceOwnerCertificateProfileBase'),
  type('androidDeviceOwnerPkcsCertificateProfile', 'androidDeviceOwnerCertificateProfileBase'),
  type('androidDeviceOwnerScepCertificateProfile', 'androidDeviceOwnerCertificateProfileBase'),
  type('androidDeviceOwnerTrustedRootCertificate', 'deviceConfiguration'),
  type(
    'androidDeviceOwnerVpnConfiguration',
    'vpnConfiguration',
    one('identityCertificate', 'androidDeviceOwnerCertificateProfileBase'),
  ),
  type('androidDeviceOwnerWiFiConfiguration', 'deviceConfiguration'),
  type(
    'androidEasEmailProfileConfiguration',
    'deviceConfiguration',
    one('identityCertificate', 'androidCertificateProfileBase'),
    one('smimeSigningCertificate', 'androidCertificateProfileBase'),
  ),
  type(
    'androidEnterpriseWiFiConfiguration',
    'androidWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'androidCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'androidTrustedRootCertificate'),
  ),
  type(
    '*androidForWorkCertificateProfileBase',
    'deviceConfiguration',
    one('rootCertificate', 'androidForWorkTrustedRootCertificate'),
  ),
  type('androidForWorkCustomConfiguration', 'deviceConfiguration'),
  type(
    '*androidForWorkEasEmailProfileBase',
    'deviceConfiguration',
    one('identityCertificate', 'androidForWorkCertificateProfileBase'),
  ),
  type(
    'androidForWorkEnterpriseWiFiConfiguration',
    'androidForWorkWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'androidForWorkCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'androidForWorkTrustedRootCertificate'),
  ),
  type('androidForWorkGeneralDeviceConfiguration', 'deviceConfiguration'),
  type('androidForWorkGmailEasConfiguration', 'androidForWorkEasEmailProfileBase'),
  type('androidForWorkImportedPFXCertificateProfile', 'androidCertificateProfileBase'),
  type('androidForWorkNineWorkEasConfiguration', 'androidForWorkEasEmailProfileBase'),
  type('androidForWorkPkcsCertificateProfile', 'androidForWorkCertificateProfileBase'),
  type('androidForWorkScepCertificateProfile', 'androidForWorkCertificateProfileBase'),
  type('androidForWorkTrustedRootCertificate', 'deviceConfiguration'),
  type(
    'androidForWorkVpnConfiguration',
    'deviceConfiguration',
    one('identityCertificate', 'androidForWorkCertificateProfileBase'),
  ),
  type('androidForWorkWiFiConfiguration', 'deviceConfiguration'),
  type('androidGeneralDeviceConfiguration 1', 'deviceConfiguration'),
  type('androidImportedPFXCertificateProfile', 'androidCertificateProfileBase'),
  type('androidOmaCpConfiguration', 'deviceConfiguration'),
  type('androidPkcsCertificateProfile', 'androidCertificateProfileBase'),
  type('androidScepCertificateProfile', 'androidCertificateProfileBase'),
  type('androidTrustedRootCertificate', 'deviceConfiguration'),
  type(
    'androidVpnConfiguration',
    'deviceConfiguration',
    one('identityCertificate', 'androidCertificateProfileBase'),
  ),
  type('androidWiFiConfiguration', 'deviceConfiguration'),
  type(
    '*androidWorkProfileCertificateProfileBase',
    'deviceConfiguration',
    one('rootCertificate', 'androidWorkProfileTrustedRootCertificate'),
  ),
  type('androidWorkProfileCustomConfiguration 1', 'deviceConfiguration'),
  type(
    '*androidWorkProfileEasEmailProfileBase',
    'deviceConfiguration',
    one('identityCertificate', 'androidWorkProfileCertificateProfileBase'),
  ),
  type(
    'androidWorkProfileEnterpriseWiFiConfiguration',
    'androidWorkProfileWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'androidWorkProfileCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'androidWorkProfileTrustedRootCertificate'),
  ),
  type('androidWorkProfileGeneralDeviceConfiguration 1', 'deviceConfiguration'),
  type('androidWorkProfileGmailEasConfiguration', 'androidWorkProfileEasEmailProfileBase'),
  type('androidWorkProfileNineWorkEasConfiguration', 'androidWorkProfileEasEmailProfileBase'),
  type('androidWorkProfilePkcsCertificateProfile', 'androidWorkProfileCertificateProfileBase'),
  type('androidWorkProfileScepCertificateProfile', 'androidWorkProfileCertificateProfileBase'),
  type('androidWorkProfileTrustedRootCertificate', 'deviceConfiguration'),
  type(
    'androidWorkProfileVpnConfiguration',
    'deviceConfiguration',
    one('identityCertificate', 'androidWorkProfileCertificateProfileBase'),
  ),
  type('androidWorkProfileWiFiConfiguration', 'deviceConfiguration'),
  type(
    '*aospDeviceOwnerCertificateProfileBase',
    'deviceConfiguration',
    one('rootCertificate', 'aospDeviceOwnerTrustedRootCertificate'),
  ),
  type('aospDeviceOwnerDeviceConfiguration', 'deviceConfiguration'),
  type(
    'aospDeviceOwnerEnterpriseWiFiConfiguration',
    'aospDeviceOwnerWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'aospDeviceOwnerCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'aospDeviceOwnerTrustedRootCertificate'),
  ),
  type('aospDeviceOwnerPkcsCertificateProfile', 'aospDeviceOwnerCertificateProfileBase'),
  type('aospDeviceOwnerScepCertificateProfile', 'aospDeviceOwnerCertificateProfileBase'),
  type('aospDeviceOwnerTrustedRootCertificate', 'deviceConfiguration'),
  type('aospDeviceOwnerWiFiConfiguration', 'deviceConfiguration'),
  type('*appleDeviceFeaturesConfigurationBase 1', 'deviceConfiguration'),
  type('*appleExpeditedCheckinConfigurationBase', 'deviceConfiguration'),
  type('*appleVpnConfiguration', 'deviceConfiguration'),
  type('deviceConfigurationGroupAssignment', 'entity', one('deviceConfiguration', 'deviceConfiguration')),
  type('*easEmailProfileConfigurationBase', 'deviceConfiguration'),
  type('editionUpgradeConfiguration 1', 'deviceConfiguration'),
  type('*iosCertificateProfile 1', 'deviceConfiguration'),
  type('*iosCertificateProfileBase', 'iosCertificateProfile'),
  type('iosCustomConfiguration 1', 'deviceConfiguration'),
  type('iosDerivedCredentialAuthenticationConfiguration', 'deviceConfiguration'),
  type(
    'iosDeviceFeaturesConfiguration 1',
    'appleDeviceFeaturesConfigurationBase',
    one('identityCertificateForClientAuthentication', 'iosCertificateProfileBase'),
    one('singleSignOnExtensionPkinitCertificate', 'iosCertificateProfileBase'),
  ),
  type(
    'iosEasEmailProfileConfiguration',
    'easEmailProfileConfigurationBase',
    one('identityCertificate', 'iosCertificateProfileBase'),
    one('smimeEncryptionCertificate', 'iosCertificateProfile'),
    one('smimeSigningCertificate', 'iosCertificateProfile'),
  ),
  type('iosEduDeviceConfiguration', 'deviceConfiguration'),
  type('iosEducationDeviceConfiguration', 'deviceConfiguration'),
  type(
    'iosEnterpriseWiFiConfiguration',
    'iosWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'iosCertificateProfileBase'),
    many('rootCertificatesForServerValidation', 'iosTrustedRootCertificate'),
  ),
  type('iosExpeditedCheckinConfiguration', 'appleExpeditedCheckinConfigurationBase'),
  type('iosGeneralDeviceConfiguration 1', 'deviceConfiguration'),
  type('iosImportedPFXCertificateProfile', 'iosCertificateProfile'),
  type('iosPkcsCertificateProfile', 'iosCertificateProfileBase'),
  type(
    'iosScepCertificateProfile',
    'iosCertificateProfileBase',
    one('rootCertificate', 'iosTrustedRootCertificate'),
  ),
  type('iosTrustedRootCertificate', 'deviceConfiguration'),
  type('iosUpdateConfiguration 1', 'deviceConfiguration'),
  type(
    'iosVpnConfiguration',
    'appleVpnConfiguration',
    one('identityCertificate', 'iosCertificateProfileBase'),
  ),
  type('iosWiFiConfiguration', 'deviceConfiguration'),
  type(
    'iosWiredNetworkConfiguration',
    'deviceConfiguration',
    one('identityCertificateForClientAuthentication', 'iosCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'iosTrustedRootCertificate'),
  ),
  type('iosikEv2VpnConfiguration', 'iosVpnConfiguration'),
  type('*macOSCertificateProfileBase', 'deviceConfiguration'),
  type('macOSCustomAppConfiguration', 'deviceConfiguration'),
  type('macOSCustomConfiguration 1', 'deviceConfiguration'),
  type(
    'macOSDeviceFeaturesConfiguration 1',
    'appleDeviceFeaturesConfigurationBase',
    one('singleSignOnExtensionPkinitCertificate', 'macOSCertificateProfileBase'),
  ),
  type('macOSEndpointProtectionConfiguration', 'deviceConfiguration'),
  type(
    'macOSEnterpriseWiFiConfiguration',
    'macOSWiFiConfiguration',
    one('identityCertificateForClientAuthentication', 'macOSCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'macOSTrustedRootCertificate'),
    many('rootCertificatesForServerValidation', 'macOSTrustedRootCertificate'),
  ),
  type('macOSExtensionsConfiguration', 'deviceConfiguration'),
  type('macOSGeneralDeviceConfiguration 1', 'deviceConfiguration'),
  type('macOSImportedPFXCertificateProfile', 'macOSCertificateProfileBase'),
  type('macOSPkcsCertificateProfile', 'macOSCertificateProfileBase'),
  type(
    'macOSScepCertificateProfile',
    'macOSCertificateProfileBase',
    one('rootCertificate', 'macOSTrustedRootCertificate'),
  ),
  type('macOSSoftwareUpdateConfiguration', 'deviceConfiguration'),
  type('macOSTrustedRootCertificate', 'deviceConfiguration'),
  type(
    'macOSVpnConfiguration',
    'appleVpnConfiguration',
    one('identityCertificate', 'macOSCertificateProfileBase'),
  ),
  type('macOSWiFiConfiguration', 'deviceConfiguration'),
  type(
    'macOSWiredNetworkConfiguration',
    'deviceConfiguration',
    one('identityCertificateForClientAuthentication', 'macOSCertificateProfileBase'),
    one('rootCertificateForServerValidation', 'macOSTrustedRootCertificate'),
  ),
  type('sharedPCConfiguration 1', 'deviceConfiguration'),
  type('unsupportedDeviceConfiguration', 'deviceConfiguration'),
  type('*vpnConfiguration', 'deviceConfiguration'),
  type('*windows10CertificateProfileBase', 'windowsCertificateProfileBase'),
  type('windows10CustomConfiguration 1', 'deviceConfiguration'),
  type('windows10DeviceFirmwareConfigurationInterface', 'deviceConfiguration'),
  type('windows10EasEmailProfileConfiguration', 'easEmailProfileConfigurationBase'),
  type('windows10EndpointProtectionConfiguration 1', 'deviceConfiguration'),
  type('windows10EnterpriseModernAppManagementConfiguration 1', 'deviceConfiguration'),
  type('windows10GeneralConfiguration 1', 'deviceConfiguration'),
  type('windows10ImportedPFXCertificateProfile', 'windowsCertificateProfileBase'),
  type('windows10NetworkBoundaryConfiguration', 'deviceConfiguration'),
  type('windows10PFXImportCertificateProfile', 'deviceConfiguration'),
  type('windows10PkcsCertificateProfile', 'windows10CertificateProfileBase'),
  type('windows10SecureAssessmentConfiguration 1', 'deviceConfiguration'),
  type('windows10TeamGeneralConfiguration 1', 'deviceConfiguration'),
  type(
    'windows10VpnConfiguration',
    'windowsVpnConfiguration',
    one('identityCertificate', 'windowsCertificateProfileBase'),
  ),
  type('*windows81CertificateProfileBase', 'windowsCertificateProfileBase'),
  type('windows81GeneralConfiguration 1', 'deviceConfiguration'),
  type(
    'windows81SCEPCertificateProfile',
    'windows81CertificateProfileBase',
    one('rootCertificate', 'windows81TrustedRootCertificate'),
  ),
  type('windows81TrustedRootCertificate', 'deviceConfiguration'),
  type('windows81VpnConfiguration', 'windowsVpnConfiguration'),
  type('windows81WifiImportConfiguration', 'deviceConfiguration'),
  type('*windowsCertificateProfileBase', 'deviceConfiguration'),
  type('windowsDefenderAdvancedThreatProtectionConfiguration 1', 'deviceConfiguration'),
  type('windowsDeliveryOptimizationConfiguration', 'deviceConfiguration'),
  type(
    'windowsDomainJoinConfiguration',
    'deviceConfiguration',
    many('networkAccessConfigurations', 'deviceConfiguration'),
  ),
  type('windowsHealthMonitoringConfiguration', 'deviceConfiguration'),
  type('windowsIdentityProtectionConfiguration', 'deviceConfiguration'),
  type('windowsKioskConfiguration', 'deviceConfiguration'),
  type('*windowsPhone81CertificateProfileBase', 'deviceConfiguration'),
  type('windowsPhone81CustomConfiguration 1', 'deviceConfiguration'),
  type('windowsPhone81GeneralConfiguration 1', 'deviceConfiguration'),
  type('windowsPhone81ImportedPFXCertificateProfile', 'windowsCertificateProfileBase'),
  type(
    'windowsPhone81SCEPCertificateProfile',
    'windowsPhone81CertificateProfileBase',
    one('rootCertificate', 'windowsPhone81TrustedRootCertificate'),
  ),
  type('windowsPhone81TrustedRootCertificate', 'deviceConfiguration'),
  type(
    'windowsPhone81VpnConfiguration',
    'windows81VpnConfiguration',
    one('identityCertificate', 'windowsPhone81CertificateProfileBase'),
  ),
  type('windowsPhoneEASEmailProfileConfiguration', 'easEmailProfileConfigurationBase'),
  type('windowsUpdateForBusinessConfiguration 1', 'deviceConfiguration'),
  type('*windowsVpnConfiguration', 'deviceConfiguration'),
  type('windowsWifiConfiguration', 'deviceConfiguration'),
  type(
    'windowsWifiEnterpriseEAPConfiguration',
    'windowsWifiConfiguration',
    one('identityCertificateForClientAuthentication', 'windowsCertificateProfileBase'),
    one('rootCertificateForClientValidation', 'windows81TrustedRootCertificate'),
    many('rootCertificatesForServerValidation', 'windows81TrustedRootCertificate'),
  ),
  type(
    'windowsWiredNetworkConfiguration',
    'deviceConfiguration',
    one('identityCertificateForClientAuthentication', 'windowsCertificateProfileBase'),
    one('rootCertificateForClientValidation', 'windows81TrustedRootCertificate'),
    many('rootCertificatesForServerValidation', 'windows81TrustedRootCertificate'),
    one('secondaryIdentityCertificateForClientAuthentication', 'windowsCertificateProfileBase'),
    one('secondaryRootCertificateForClientValidation', 'windows81TrustedRootCertificate'),
  ),
  type(
    'windowsZtdnsConfiguration',
    'deviceConfiguration',
    many('rootCertificatesForClientValidation', 'windows81TrustedRootCertificate'),
    many('rootCertificatesForServerValidation', 'windows81TrustedRootCertificate'),
  ),
];
