/**
 * The properties of `microsoft.graph.deviceConfigurationDeviceOverview`, in the order of Graph's reference page
 * "Update deviceConfigurationDeviceOverview". A property is defined only in its row: the flag of `patch`, its
 * validation, the order on the wire, the columns of every table and the checks of the mock Graph are derived from it.
 */

/** The type name in the payload, as in the example of the reference page. */
export const OVERVIEW_TYPE = '#microsoft.graph.deviceConfigurationDeviceOverview';

/** The largest non-negative Edm.Int32: the largest number of devices Graph can store. */
export const INT32_MAX = 2_147_483_647;

export type ApiVersion = 'beta' | 'v1.0';

export const API_VERSIONS = ['beta', 'v1.0'] as const satisfies readonly ApiVersion[];

interface Row {
  /** Graph's name, as in JSON. */
  readonly name: string;
  /** The flag of `patch` without its dashes; also a column name in bulk files and a property name in conditions. */
  readonly flag: string;
  readonly type: 'Edm.String' | 'Edm.Int32' | 'Edm.DateTimeOffset';
  /** Whether it is one of the seven device counts, which add up to all devices. */
  readonly counts: boolean;
  readonly apiVersions: readonly ApiVersion[];
  /** The column title in tables. */
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
    description: 'Id of the overview itself; rarely needed',
  },
  {
    ...COUNT,
    name: 'pendingCount',
    flag: 'pending',
    label: 'Pending',
    description: 'Devices that have not reported yet',
  },
  {
    ...COUNT,
    name: 'notApplicableCount',
    flag: 'not-applicable',
    label: 'Not applicable',
    description: 'Devices the configuration does not apply to',
  },
  {
    ...COUNT,
    name: 'notApplicablePlatformCount',
    flag: 'not-applicable-platform',
    apiVersions: ['beta'],
    label: 'Not applicable (platform)',
    description: 'Devices of a platform that does not match the configuration',
  },
  {
    ...COUNT,
    name: 'successCount',
    flag: 'success',
    label: 'Success',
    description: 'Devices that applied the configuration',
  },
  {
    ...COUNT,
    name: 'errorCount',
    flag: 'error',
    label: 'Error',
    description: 'Devices that reported an error',
  },
  {
    ...COUNT,
    name: 'failedCount',
    flag: 'failed',
    label: 'Failed',
    description: 'Devices on which the configuration failed',
  },
  {
    ...COUNT,
    name: 'conflictCount',
    flag: 'conflict',
    apiVersions: ['beta'],
    label: 'Conflict',
    description: 'Devices on which the configuration conflicts with another',
  },
  {
    name: 'lastUpdateDateTime',
    flag: 'last-update',
    type: 'Edm.DateTimeOffset',
    counts: false,
    apiVersions: API_VERSIONS,
    label: 'Last update',
    description: 'Time of the last update of the overview',
  },
  {
    name: 'configurationVersion',
    flag: 'configuration-version',
    type: 'Edm.Int32',
    counts: false,
    apiVersions: API_VERSIONS,
    label: 'Configuration version',
    description: 'Version of the configuration that the counts refer to',
  },
] as const satisfies readonly Row[];

export type PropertyName = (typeof ROWS)[number]['name'];

/** The flags of `patch` that set a property. */
export type PropertyFlag = (typeof ROWS)[number]['flag'];

/** The properties that count devices. A definition for each count is a `Record<CountName, …>`. */
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

/** The column of a property in flat formats: the overview's id must not be mistaken for the configuration's. */
export function columnOf(name: string): string {
  return name === 'id' ? 'overviewId' : name;
}
