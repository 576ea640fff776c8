import type { GraphClient } from '../../graph/client.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Named } from '../../overview/match-name.ts';
import type { NameReference, Reference } from '../../overview/reference.ts';
import type { Place } from '../../service/overviews.ts';
import type { PlaceReference } from '../options/place.ts';

/** Options of `findPlace`. */
export interface FindPlaceOptions {
  /** Accept the beginning of a name or an id: for commands that only read. */
  readonly beginning: boolean;
  /** The command sends nothing else, so the read is reported as a note. */
  readonly dryRun?: boolean;
}

/**
 * Finds the place of a reference. An id is used unchanged, without a request.
 * @throws a Failure if no configuration or several configurations have the name
 */
export async function findPlace(
  graph: GraphClient,
  { reference, route }: PlaceReference,
  { beginning, dryRun = false }: FindPlaceOptions,
  emit: Emit,
): Promise<Place> {
  if (reference.kind === 'id') return { configurationId: reference.id, route };
  const { findOne } = await import('../../service/find-configuration.ts');
  const { name, whole } = reference;
  const found = await findOne({ name, beginning: beginning && !whole }, { graph });
  const text = foundText(reference, found);
  emit(dryRun ? { kind: 'note', text: `read to find the name: ${text}` } : { kind: 'detail', text });
  return { configurationId: found.id, route, displayName: found.displayName };
}

/**
 * Finds the places of references, each once, for commands that only read. All names are found together.
 * @throws a Failure with the error of each name that is not found
 */
export async function findPlaces(
  graph: GraphClient,
  asked: readonly PlaceReference[],
  emit: Emit,
): Promise<readonly Place[]> {
  const names = asked.flatMap(({ reference }) => (reference.kind === 'name' ? [reference] : []));
  const found = names.length === 0 ? new Map<Reference, Named>() : await findAll(graph, names, emit);
  const places = new Map<string, Place>();
  for (const { reference, route } of asked) {
    const named = found.get(reference);
    const id = reference.kind === 'id' ? reference.id : (named?.id ?? '');
    if (places.has(id.toLowerCase())) continue;
    places.set(id.toLowerCase(), {
      configurationId: id,
      route,
      ...(named && { displayName: named.displayName }),
    });
  }
  return [...places.values()];
}

async function findAll(
  graph: GraphClient,
  references: readonly NameReference[],
  emit: Emit,
): Promise<ReadonlyMap<Reference, Named>> {
  const { findByName, notAllFound } = await import('../../service/find-configuration.ts');
  const queries = references.map(({ name, whole }) => ({ name, beginning: !whole }));
  const findings = await findByName(queries, { graph });
  const failures = findings.flatMap((finding) => ('failure' in finding ? [finding.failure] : []));
  if (failures.length > 0) throw notAllFound(failures);
  return new Map(
    findings.flatMap((finding, index) => {
      const reference = references[index];
      if (reference === undefined || !('found' in finding)) return [];
      emit({ kind: 'detail', text: foundText(reference, finding.found) });
      return [[reference, finding.found] as const];
    }),
  );
}

function foundText({ name }: NameReference, { id }: Named): string {
  return `${JSON.stringify(name)} is the configuration ${id}`;
}
