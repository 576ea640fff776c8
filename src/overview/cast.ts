import { NAMESPACE } from '../catalog/navigation.ts';
import { navigationOf } from './metadata.ts';

/** One step of a route with the cast that makes it legal by the metadata. */
export interface CastStep {
  /** The cast, where one is needed, and the navigation property. */
  readonly segments: readonly string[];
  /** The type the step leads to, by the metadata. */
  readonly target: string;
}

/**
 * Casts one step of a route so that it fits the configuration it starts from.
 * @param declared the type that the metadata gives the configuration at this point of the path
 * @param actual the configuration's own type
 * @param name the navigation property, such as `rootCertificate`
 * @returns undefined where the configuration's type has no such navigation property
 */
export function castStep(declared: string, actual: string, name: string): CastStep | undefined {
  const asDeclared = navigationOf(declared, name);
  if (asDeclared !== undefined) return { segments: [name], target: asDeclared.target };
  const navigation = navigationOf(actual, name);
  if (navigation === undefined) return undefined;
  return { segments: [`${NAMESPACE}.${navigation.declaredOn}`, name], target: navigation.target };
}
