import { NAMESPACE } from '../catalog/navigation.ts';
import type { Selection } from './query-options.ts';
import { CONTAINED, type ContainedCollection, containedIn, propertiesOf, type Version } from './schema.ts';
import type { Shape } from './shape.ts';
import {
  type AssignedTo,
  assignmentId,
  type Configuration,
  groupAssignmentsOf,
  type Overview,
} from './tenant.ts';

/** The amount of metadata in an answer: `odata.metadata` of `Accept`. */
export type MetadataLevel = 'none' | 'minimal' | 'full';

/** The format of entities in an answer. */
export interface Format {
  readonly version: Version;
  readonly level: MetadataLevel;
  readonly shape: Shape;
  /** The address of the service with its version, for links. */
  readonly root: string;
}

export type Entity = Readonly<Record<string, unknown>>;

/** The path of a configuration below the version. */
export function configurationPath({ id }: Configuration): string {
  return `deviceManagement/deviceConfigurations('${id.replaceAll("'", "''")}')`;
}

/** A configuration in Graph's format. It always has its type, even with `$select`, since the declared type is abstract. */
export function configurationEntity(configuration: Configuration, select: Selection, format: Format): Entity {
  const path = configurationPath(configuration);
  const entity: Record<string, unknown> = {
    ...controls(configuration.type, path, true, format),
    ...members(
      'deviceConfiguration',
      { ...configuration, roleScopeTagIds: ['0'], supportsScopeTags: true },
      select,
      format,
    ),
  };
  if (format.level === 'full') {
    for (const { name } of containedIn(format.version)) {
      entity[`${name}@odata.navigationLink`] = `${format.root}/${path}/${name}`;
    }
  }
  return entity;
}

/** An overview in Graph's format, in the order of the reference page. */
export function overviewEntity(
  configuration: Configuration,
  overview: Overview,
  select: Selection,
  format: Format,
): Entity {
  const type = 'deviceConfigurationDeviceOverview';
  const path = `${configurationPath(configuration)}/deviceStatusOverview`;
  return {
    // Its type is the declared one, which the live service omits; the example of the reference page has it.
    ...controls(type, path, format.shape === 'docs', format),
    ...members(type, overview, select, format),
  };
}

/** The overview of users, derived from that of devices with 1.25 devices per user. */
export function userOverviewEntity(configuration: Configuration, select: Selection, format: Format): Entity {
  const type = 'deviceConfigurationUserOverview';
  const { overview } = configuration;
  const values = Object.entries(overview).map(([name, value]) => [
    name,
    name.endsWith('Count') ? Math.ceil(Number(value) * 0.8) : value,
  ]);
  return {
    ...controls(type, `${configurationPath(configuration)}/userStatusOverview`, false, format),
    ...members(type, Object.fromEntries(values), select, format),
  };
}

/** The entities of a contained collection. */
export function memberEntities(
  configuration: Configuration,
  name: ContainedCollection,
  select: Selection,
  format: Format,
): readonly Entity[] {
  const made: Readonly<Record<ContainedCollection, () => readonly ({ readonly id: string } & Entity)[]>> = {
    assignments: () => configuration.assignedTo.map((to) => assignment(configuration, to, format)),
    groupAssignments: () => groupAssignmentsOf(configuration).map((one) => ({ ...one })),
  };
  const type = CONTAINED.find((row) => row.name === name)?.target ?? '';
  return made[name]().map((value) => ({
    ...controls(type, `${configurationPath(configuration)}/${name}('${value.id}')`, false, format),
    ...members(type, value, select, format),
  }));
}

/** The ids for all devices and all users in the id of an assignment. */
const ALL = {
  devices: 'adadadad-808e-44e2-905a-0b7873a8a531',
  users: 'acacacac-9df4-4c7d-9d50-4ef0226f57a9',
} as const;

function assignment(
  configuration: Configuration,
  to: AssignedTo,
  { version, level }: Format,
): { readonly id: string } & Entity {
  const [type, group] =
    'all' in to
      ? [to.all === 'devices' ? 'allDevicesAssignmentTarget' : 'allLicensedUsersAssignmentTarget', undefined]
      : 'group' in to
        ? ['groupAssignmentTarget', to.group]
        : ['exclusionGroupAssignmentTarget', to.except];
  const target = {
    ...(level === 'none' ? {} : { '@odata.type': `#${NAMESPACE}.${type}` }),
    ...(version === 'beta'
      ? {
          deviceAndAppManagementAssignmentFilterId: null,
          deviceAndAppManagementAssignmentFilterType: 'none',
        }
      : {}),
    ...(group === undefined ? {} : { groupId: group }),
  };
  const id = assignmentId(configuration, group ?? ('all' in to ? ALL[to.all] : ''));
  return { id, source: 'direct', sourceId: configuration.id, intent: 'apply', target };
}

/** The OData control information of an entity. */
function controls(type: string, path: string, typed: boolean, { level, root }: Format): Entity {
  if (level === 'none' || (level === 'minimal' && !typed)) return {};
  const name = { '@odata.type': `#${NAMESPACE}.${type}` };
  return level === 'minimal' ? name : { ...name, '@odata.id': `${root}/${path}`, '@odata.editLink': path };
}

function members(
  type: string,
  values: Readonly<Record<string, unknown>>,
  select: Selection,
  { version, level }: Format,
): Entity {
  const entity: Record<string, unknown> = {};
  for (const { name, type: edm } of propertiesOf(type, version)) {
    if (select !== undefined && !select.has(name)) continue;
    if (level === 'full' && ['Edm.DateTimeOffset', 'Collection(Edm.String)'].includes(edm)) {
      entity[`${name}@odata.type`] = `#${edm.replace('Edm.', '')}`;
    }
    entity[name] = values[name];
  }
  return entity;
}
