/**
 * The permissions that Graph documents for device configurations, both delegated and application. Either allows reading;
 * only the second allows writing. Personal accounts are not supported.
 */
export const PERMISSIONS = {
  read: 'DeviceManagementConfiguration.Read.All',
  write: 'DeviceManagementConfiguration.ReadWrite.All',
} as const;

/** The access that a request needs. */
export type Access = keyof typeof PERMISSIONS;
