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

interface Row {
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

const COUNT = { type: 'Edm.Int32', counts: true, apiVersions: API_VERSIONS } as const;

const ROWS = [
  {
    name: 'id',
    flag: 'overview-id',
    type: 'Edm.String',
    counts: false,
    apiVersions: API_VERSIONS,
    label: 'Overview id',
    description: "the overview's own key; rarely needed",
  },
  {
    ...COUNT,
    name: 'pendingCount',
    flag: 'pending',
    label: 'Pending',
    description: 'devices that have not reported yet',
  },
  {
    ...COUNT,
    name: 'notApplicableCount',
    flag: 'not-applicable',
    label: 'Not applicable',
    description: 'devices the configuration does not apply to',
  },
  {
    ...COUNT,
    name: 'notApplicablePlatformCount',
    flag: 'not-applicable-platform',
    apiVersions: ['beta'],
    label: 'Not applicable (platform)',
    description: 'devices of a platform that does not match the configuration',
  },
  {
    ...COUNT,
    name: 'successCount',
    flag: 'success',
    label: 'Success',
    description: 'devices that applied the configuration',
  },
  {
    ...COUNT,
    name: 'errorCount',
    flag: 'error',
    label: 'Error',
    description: 'devices that reported an error',
  },
  {
    ...COUNT,
    name: 'failedCount',
    flag: 'failed',
    label: 'Failed',
    description: 'devices on which the configuration failed',
  },
  {
    ...COUNT,
    name: 'conflictCount',
    flag: 'conflict',
    apiVersions: ['beta'],
    label: 'Conflict',
    description: 'devices on which it conflicts with another',
  },
  {
    name: 'lastUpdateDateTime',
    flag: 'last-update',
    type: 'Edm.DateTimeOffset',
    counts: false,
    apiVersions: API_VERSIONS,
    label: 'Last update',
    description: 'when the overview was last updated',
  },
  {
    name: 'configurationVersion',
    flag: 'configuration-version',
    type: 'Edm.Int32',
    counts: false,
    apiVersions: API_VERSIONS,
    label: 'Configuration version',
    description: 'the version of the configuration that the counts are about',
  },
] as const satisfies readonly Row[];

export type PropertyName = (typeof ROWS)[number]['name'];

/** The flags of `patch` that set a property. */
export type PropertyFlag = (typeof ROWS)[number]['flag'];

/** The properties that count devices: whatever is said of each of them is a `Record<CountName, …>`. */
export type CountName = Extract<(typeof ROWS)[number], { readonly counts: true }>['name'];

export interface CountRow extends Row {
  readonly name: CountName;
  readonly flag: PropertyFlag;
  readonly counts: true;
}

interface OtherRow extends Row {
  readonly name: Exclude<PropertyName, CountName>;
  readonly flag: PropertyFlag;
  readonly counts: false;
}

export type PropertyRow = CountRow | OtherRow;

export const PROPERTIES: readonly PropertyRow[] = ROWS;

/** The column of a property in flat formats: the overview's own key must not be taken for the configuration's. */
export function columnOf(name: string): string {
  return name === 'id' ? 'overviewId' : name;
}
