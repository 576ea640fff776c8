import type { GraphClient } from '../../graph/client.ts';
import { configurationPath } from '../../overview/route.ts';
import { FORMAT_ROWS } from '../../present/format.ts';
import type { Place } from '../../service/overviews.ts';
import { isObject } from '../../text/is-object.ts';
import type { Invocation } from '../command.ts';
import { readOutputSettings } from '../options/settings.ts';
import type { OutputOptions } from '../options/shared-options.ts';

/** Whether the view is printed, for which the name is read. Formats for programs have only the answer of Graph. */
export function showsView({ options, runtime }: Invocation<OutputOptions>): boolean {
  const { format, query } = readOutputSettings({ options, env: runtime.env });
  return query === undefined && FORMAT_ROWS[format].showsView === true;
}

/** The place with the name of its configuration; unchanged if the name cannot be read. */
export async function withName(graph: GraphClient, place: Place): Promise<Place> {
  if (place.displayName !== undefined) return place;
  try {
    const path = `${configurationPath(place.configurationId)}?$select=id,displayName`;
    const { json } = await graph.sendOnce({ method: 'GET', path });
    const { displayName } = isObject(json) ? json : {};
    return typeof displayName === 'string' ? { ...place, displayName } : place;
  } catch {
    return place;
  }
}
