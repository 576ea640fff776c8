import { PROPERTIES } from '../catalog/properties.ts';
import type { Version } from './metadata.ts';
import type { Configuration, Overview } from './tenant.ts';

type Entity = Readonly<Record<string, unknown>>;

/** What `$select` may name of a configuration. */
export function configurationProperties(version: Version): readonly string[] {
  const beta = version === 'beta' ? ['roleScopeTagIds', 'supportsScopeTags'] : [];
  return ['id', 'lastModifiedDateTime', ...beta, 'createdDateTime', 'description', 'displayName', 'version'];
}

/** A configuration as Graph answers it. The type stays whatever is selected, since the declared one is abstract. */
export function configurationEntity(
  configuration: Configuration,
  version: Version,
  select: readonly string[] | undefined,
): Entity {
  const all: Entity = { ...configuration, roleScopeTagIds: ['0'], supportsScopeTags: true };
  const entity: Record<string, unknown> = { '@odata.type': `#microsoft.graph.${configuration.type}` };
  for (const name of configurationProperties(version)) {
    if (select === undefined || select.includes(name)) entity[name] = all[name];
  }
  return entity;
}

/** An overview as Graph answers it, in the order of the reference page. */
export function overviewEntity(
  overview: Overview,
  version: Version,
  select: readonly string[] | undefined,
): Entity {
  const entity: Record<string, unknown> = {
    '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
  };
  for (const { name, apiVersions } of PROPERTIES) {
    if (apiVersions.includes(version) && (select === undefined || select.includes(name)))
      entity[name] = overview[name];
  }
  return entity;
}
