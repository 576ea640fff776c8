import { NAMESPACE } from '../../catalog/navigation.ts';
import type { ApiVersion } from '../../catalog/properties.ts';
import { ROUTES } from '../../catalog/routes.ts';
import { nextSteps, type RouteStep } from '../../overview/route-steps.ts';
import type { Candidate } from './candidate.ts';

/**
 * Candidates for `--via`: named routes, and paths of the metadata, one segment at a time.
 * @param typed the part of the word before the cursor
 */
export function routeCandidates(typed: string, apiVersion: ApiVersion): Candidate[] {
  const parent = typed.slice(0, typed.lastIndexOf('/') + 1);
  const steps = nextSteps(
    parent.split('/').filter((segment) => segment !== ''),
    apiVersion,
  ).flatMap((step) => stepCandidates(parent, step));
  if (parent !== '' || typed.startsWith(`${NAMESPACE}.`)) return steps;
  const names = ROUTES.filter((row) => row.apiVersions.includes(apiVersion)).map(({ name, description }) => ({
    value: name,
    description,
  }));
  const start = { value: `${NAMESPACE}.`, description: "A path of Graph's metadata" };
  return steps.length === 0 ? names : [...names, start];
}

/** A path that may end here or continue is offered in both forms. */
function stepCandidates(parent: string, { segment, description, ends, continues }: RouteStep): Candidate[] {
  const value = parent + segment;
  return [
    ...(ends ? [{ value, description }] : []),
    ...(continues ? [{ value: `${value}/`, description }] : []),
  ];
}
