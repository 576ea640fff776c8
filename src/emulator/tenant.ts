import type { PropertyName } from '../catalog/properties.ts';
import type { RouteName } from '../catalog/routes.ts';

/** The values of one overview, `id` included, in no order that matters. */
export type Overview = Readonly<Record<PropertyName, string | number>> & { readonly id: string };

/** Whom a configuration is assigned to; `except` a group is an exclusion. */
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
  /** Edm.DateTimeOffset, as answered. */
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  readonly version: number;
  /** The overview before any PATCH. */
  readonly overview: Overview;
  readonly assignedTo: readonly AssignedTo[];
  /** Ids of the configurations that a navigation property leads to. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

/** A configuration on which a named route works, and the id that the route needs. */
export interface Sample {
  readonly deviceConfigurationId: string;
  readonly certificateId: string | null;
}

/** One for each named route that works in the tenant. */
export type Samples = Readonly<Partial<Record<RouteName, Sample>>>;

/** A tenant that never changes: what PATCH changes is kept beside it. */
export interface Tenant {
  /** What a state file is bound to, such as `sample`. */
  readonly name: string;
  readonly size: number;
  /** By place in the list, from 0. */
  at(index: number): Configuration | undefined;
  /** In any letter case, as Graph takes ids. */
  withId(id: string): Configuration | undefined;
  readonly samples: Samples;
}

/** A tenant from a list that is held whole. */
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

/** The id of an assignment: of its configuration and of the group, as Intune makes it. */
export function assignmentId({ id }: Configuration, group: string): string {
  return `${id}_${group}`;
}

/** The assignments to groups, as beta's `groupAssignments` has them. */
export function groupAssignmentsOf(
  configuration: Configuration,
): readonly { readonly id: string; readonly targetGroupId: string; readonly excludeGroup: boolean }[] {
  return configuration.assignedTo.flatMap((to) => {
    if ('all' in to) return [];
    const targetGroupId = 'group' in to ? to.group : to.except;
    return [{ id: assignmentId(configuration, targetGroupId), targetGroupId, excludeGroup: 'except' in to }];
  });
}
