import type { PropertyName } from '../catalog/properties.ts';
import type { RouteName } from '../catalog/routes.ts';

/** The values of one overview, including `id`, in any order. */
export type Overview = Readonly<Record<PropertyName, string | number>> & { readonly id: string };

/** The target of an assignment; `except` is an excluded group. */
export type AssignedTo =
  | { readonly all: 'devices' | 'users' }
  | { readonly group: string }
  | { readonly except: string };

/** One device configuration of the tenant. */
export interface Configuration {
  readonly id: string;
  /** Without `microsoft.graph.`. */
  readonly type: string;
  readonly displayName: string;
  readonly description: string;
  /** Edm.DateTimeOffset. */
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  readonly version: number;
  /** The overview before any PATCH. */
  readonly overview: Overview;
  readonly assignedTo: readonly AssignedTo[];
  /** Ids of the linked configurations by navigation property. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

/** A configuration on which a named route works, and the id for the route. */
export interface Sample {
  readonly deviceConfigurationId: string;
  readonly certificateId: string | null;
}

/** One for each named route that works in the tenant. */
export type Samples = Readonly<Partial<Record<RouteName, Sample>>>;

/** An immutable tenant; changes by PATCH are stored separately. */
export interface Tenant {
  /** The name for state files, such as `sample`. */
  readonly name: string;
  readonly size: number;
  /** By index, from 0. */
  at(index: number): Configuration | undefined;
  /** Case-insensitive, as in Graph. */
  withId(id: string): Configuration | undefined;
  readonly samples: Samples;
}

/** A tenant from a list in memory. */
export function tenantOf(name: string, configurations: readonly Configuration[], samples: Samples): Tenant {
  const byId = new Map(
    configurations.map((configuration) => [configuration.id.toLowerCase(), configuration]),
  );
  return {
    name,
    size: configurations.length,
    at: (index) => configurations[index],
    withId: (id) => byId.get(id.toLowerCase()),
    samples,
  };
}

/** The id of an assignment in Intune's form: the ids of the configuration and of the group. */
export function assignmentId({ id }: Configuration, group: string): string {
  return `${id}_${group}`;
}

/** The assignments to groups, for `groupAssignments` of beta. */
export function groupAssignmentsOf(
  configuration: Configuration,
): readonly { readonly id: string; readonly targetGroupId: string; readonly excludeGroup: boolean }[] {
  return configuration.assignedTo.flatMap((to) => {
    if ('all' in to) return [];
    const targetGroupId = 'group' in to ? to.group : to.except;
    return [{ id: assignmentId(configuration, targetGroupId), targetGroupId, excludeGroup: 'except' in to }];
  });
}
