/**
 * The permissions that Graph documents for device configurations, delegated and application alike. Reading is covered
 * by either, writing by the second alone. Personal accounts are not supported.
 */
export const PERMISSIONS = {
  read: 'DeviceManagementConfiguration.Read.All',
  write: 'DeviceManagementConfiguration.ReadWrite.All',
} as const;

/** What a request needs. */
export type Access = keyof typeof PERMISSIONS;
