/**
 * The properties of `microsoft.graph.deviceConfigurationDeviceOverview`, in the order of Graph's reference page
 * "Update deviceConfigurationDeviceOverview". One row is the one place of a property: the flag of `patch`, its
 * check, the order on the wire, the columns of every table and the embedded Graph's own checks follow from it.
 */

/** The type name that the payload carries, as the reference page's example has it. */
export const OVERVIEW_TYPE = '#microsoft.graph.deviceConfigurationDeviceOverview';

/** Edm.Int32 that may not be negative: the largest number of devices Graph can hold. */
export const INT32_MAX = 2_147_483_647;

export type ApiVersion = 'beta' | 'v1.0';

export const API_VERSIONS = ['beta', 'v1.0'] as const satisfies readonly ApiVersion[];

export interface PropertyRow {
  /** Graph's name, as in JSON. */
  readonly name: string;
  /** The flag of `patch` without its dashes; also a column of bulk files and a word of conditions. */
  readonly flag: string;
  readonly type: 'Edm.String' | 'Edm.Int32' | 'Edm.DateTimeOffset';
  /** A number of devices, so one of the seven that add up to all devices. */
  readonly counts: boolean;
  readonly apiVersions: readonly ApiVersion[];
  /** What a person reads in a table. */
  readonly label: string;
  readonly description: string;
}

const BOTH: readonly ApiVersion[] = API_VERSIONS;
const BETA: readonly ApiVersion[] = ['beta'];

function count(
  name: string,
  flag: string,
  label: string,
  description: string,
  apiVersions: readonly ApiVersion[] = BOTH,
): PropertyRow {
  return { name, flag, type: 'Edm.Int32', counts: true, apiVersions, label, description };
}

export const PROPERTIES: readonly PropertyRow[] = [
  {
    name: 'id',
    flag: 'overview-id',
    type: 'Edm.String',
    counts: false,
    apiVersions: BOTH,
    label: 'Overview id',
    description: "the overview's own key; rarely needed",
  },
  count('pendingCount', 'pending', 'Pending', 'devices that have not reported yet'),
  count(
    'notApplicableCount',
    'not-applicable',
    'Not applicable',
    'devices the configuration does not apply to',
  ),
  count(
    'notApplicablePlatformCount',
    'not-applicable-platform',
    'Not applicable (platform)',
    'devices of a platform that does not match the configuration',
    BETA,
  ),
  count('successCount', 'success', 'Success', 'devices that applied the configuration'),
  count('errorCount', 'error', 'Error', 'devices that reported an error'),
  count('failedCount', 'failed', 'Failed', 'devices on which the configuration failed'),
  count('conflictCount', 'conflict', 'Conflict', 'devices on which it conflicts with another', BETA),
  {
    name: 'lastUpdateDateTime',
    flag: 'last-update',
    type: 'Edm.DateTimeOffset',
    counts: false,
    apiVersions: BOTH,
    label: 'Last update',
    description: 'when the overview was last updated',
  },
  {
    name: 'configurationVersion',
    flag: 'configuration-version',
    type: 'Edm.Int32',
    counts: false,
    apiVersions: BOTH,
    label: 'Configuration version',
    description: 'the version of the configuration that the counts are about',
  },
];

/** The column of a property in flat formats: the overview's own key must not be taken for the configuration's. */
export function columnOf(name: string): string {
  return name === 'id' ? 'overviewId' : name;
}
