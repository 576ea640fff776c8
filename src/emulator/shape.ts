import type { Configuration } from './tenant.ts';

/** The shape of overviews: that of the live service, or that of the example on the reference page. */
export type Shape = 'live' | 'docs';

/**
 * A configuration before any PATCH. In the live service the id of an overview is that of its configuration, and the time
 * has no fraction; the reference page shows a separate id and a fraction.
 */
export function shaped(configuration: Configuration, shape: Shape): Configuration {
  if (shape === 'docs') return configuration;
  const { id, overview } = configuration;
  const lastUpdateDateTime = String(overview.lastUpdateDateTime).replace(/\.\d+/, '');
  return { ...configuration, overview: { ...overview, id, lastUpdateDateTime } };
}
