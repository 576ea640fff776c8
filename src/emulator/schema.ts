import { type ApiVersion, PROPERTIES } from '../catalog/properties.ts';

/** The supported API versions. */
export type Version = ApiVersion;

type EdmType =
  | 'Edm.String'
  | 'Edm.Int32'
  | 'Edm.Boolean'
  | 'Edm.DateTimeOffset'
  | 'Collection(Edm.String)'
  /** A type of the namespace, such as `graph.deviceAndAppManagementAssignmentTarget`. */
  | `graph.${string}`;

export interface SchemaProperty {
  readonly name: string;
  readonly type: EdmType;
  readonly nullable: boolean;
  readonly beta: boolean;
}

/** A containment navigation property. */
interface Row {
  readonly name: string;
  readonly target: string;
  readonly collection: boolean;
  /** v1.0 does not have it. */
  readonly beta: boolean;
}

const ROWS = [
  { name: 'assignments', target: 'deviceConfigurationAssignment', collection: true, beta: false },
  {
    name: 'deviceStatusOverview',
    target: 'deviceConfigurationDeviceOverview',
    collection: false,
    beta: false,
  },
  { name: 'groupAssignments', target: 'deviceConfigurationGroupAssignment', collection: true, beta: true },
  { name: 'userStatusOverview', target: 'deviceConfigurationUserOverview', collection: false, beta: false },
] as const satisfies readonly Row[];

type RowOf<Collection extends boolean> = Extract<(typeof ROWS)[number], { readonly collection: Collection }>;

/** The contained single entities, such as the overview. */
export type ContainedEntity = RowOf<false>['name'];

/** The contained collections. */
export type ContainedCollection = RowOf<true>['name'];

interface EntityRow extends Row {
  readonly name: ContainedEntity;
  readonly collection: false;
}

interface CollectionRow extends Row {
  readonly name: ContainedCollection;
  readonly collection: true;
}

export type ContainedRow = EntityRow | CollectionRow;

/** The supported contained entities and collections of a configuration. */
export const CONTAINED: readonly ContainedRow[] = ROWS;

/** The entity types in answers. */
type ServedType = 'deviceConfiguration' | (typeof ROWS)[number]['target'];

function property(name: string, type: EdmType, nullable = false, beta = false): SchemaProperty {
  return { name, type, nullable, beta };
}

const ID = property('id', 'Edm.String');

/** The overview of users has the counts of devices, except the platform count, in the order of the reference page. */
const USER_OVERVIEW = PROPERTIES.filter(({ name }) => name !== 'notApplicablePlatformCount');

/**
 * The properties of the supported entity types, in the order of an answer. Source: Microsoft's published CSDL of Graph
 * (beta and v1.0), as of 2026-08-03.
 */
const PROPERTIES_OF: Readonly<Record<ServedType, readonly SchemaProperty[]>> = {
  deviceConfiguration: [
    ID,
    property('lastModifiedDateTime', 'Edm.DateTimeOffset'),
    property('roleScopeTagIds', 'Collection(Edm.String)', true, true),
    property('supportsScopeTags', 'Edm.Boolean', false, true),
    property('createdDateTime', 'Edm.DateTimeOffset'),
    property('description', 'Edm.String', true),
    property('displayName', 'Edm.String'),
    property('version', 'Edm.Int32'),
  ],
  deviceConfigurationDeviceOverview: PROPERTIES.map(({ name, type, apiVersions }) =>
    property(name, type, false, !apiVersions.includes('v1.0')),
  ),
  deviceConfigurationUserOverview: USER_OVERVIEW.map(({ name, type, apiVersions }) =>
    property(name, type, false, !apiVersions.includes('v1.0')),
  ),
  deviceConfigurationAssignment: [
    ID,
    property('source', 'graph.deviceAndAppManagementAssignmentSource', false, true),
    property('sourceId', 'Edm.String', true, true),
    property('intent', 'graph.deviceConfigAssignmentIntent', false, true),
    property('target', 'graph.deviceAndAppManagementAssignmentTarget', true),
  ],
  deviceConfigurationGroupAssignment: [
    ID,
    property('targetGroupId', 'Edm.String', true, true),
    property('excludeGroup', 'Edm.Boolean', false, true),
  ],
};

/** Resources below a configuration that exist in Graph but are not implemented here. */
export const NOT_SERVED: readonly string[] = [
  'assign',
  'deviceSettingStateSummaries',
  'deviceStatuses',
  'getOmaSettingPlainTextValue',
  'userStatuses',
];

/** Cached, since it is needed for every entity of an answer. */
const BY_VERSION: Readonly<Record<Version, ReadonlyMap<string, readonly SchemaProperty[]>>> = {
  beta: new Map(Object.entries(PROPERTIES_OF)),
  'v1.0': new Map(
    Object.entries(PROPERTIES_OF).map(([type, rows]) => [type, rows.filter(({ beta }) => !beta)] as const),
  ),
};

const CONTAINED_IN_V1 = CONTAINED.filter(({ beta }) => !beta);

/** The properties of an entity type in one version, `id` first. */
export function propertiesOf(type: string, version: Version): readonly SchemaProperty[] {
  return BY_VERSION[version].get(type) ?? [];
}

export function containedIn(version: Version): readonly ContainedRow[] {
  return version === 'beta' ? CONTAINED : CONTAINED_IN_V1;
}
