import type { GraphClient } from '../../graph/client.ts';
import type { Emit } from '../../outcome/events.ts';
import type { Named } from '../../overview/match-name.ts';
import type { NameReference, Reference } from '../../overview/reference.ts';
import type { Place } from '../../service/overviews.ts';
import type { AskedPlace } from '../options/place.ts';

/** What a command takes for a configuration, and whether it has to say that it reads. */
export interface FindingSettings {
  /** A beginning of a name or an id will do: for commands that only read. */
  readonly beginning: boolean;
  /** It was asked to send nothing, so that a read is said. */
  readonly dryRun?: boolean;
}

/**
 * The place that is meant. An id is taken as it is, and nothing is sent for it.
 * @throws a Failure where a name means none or several
 */
export async function findPlace(
  graph: GraphClient,
  { reference, route }: AskedPlace,
  { beginning, dryRun = false }: FindingSettings,
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
 * The places that are meant by commands that only read, each once; all names are looked for together.
 * @throws a Failure that holds what is wrong with each name
 */
export async function findPlaces(
  graph: GraphClient,
  asked: readonly AskedPlace[],
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
  const wanted = references.map(({ name, whole }) => ({ name, beginning: !whole }));
  const findings = await findByName(wanted, { graph });
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
