import { NAMESPACE } from '../catalog/navigation.ts';
import { navigationOf } from './metadata.ts';

/** One step of a route with the cast that the metadata requires. */
export interface CastStep {
  /** The cast, if one is needed, and the navigation property. */
  readonly segments: readonly string[];
  /** The type the step leads to, by the metadata. */
  readonly target: string;
}

/**
 * Adds to one step of a route the cast that the type of its configuration requires.
 * @param declared the type that the metadata declares at this point of the path
 * @param actual the configuration's own type
 * @param name the navigation property, such as `rootCertificate`
 * @returns undefined if the configuration's type has no such navigation property
 */
export function castStep(declared: string, actual: string, name: string): CastStep | undefined {
  const asDeclared = navigationOf(declared, name);
  if (asDeclared !== undefined) return { segments: [name], target: asDeclared.target };
  const navigation = navigationOf(actual, name);
  if (navigation === undefined) return undefined;
  return { segments: [`${NAMESPACE}.${navigation.declaredOn}`, name], target: navigation.target };
}
