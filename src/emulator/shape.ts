import type { Configuration } from './tenant.ts';

/** How overviews look: as the live service has them, or as the reference page's example has them. */
export type Shape = 'live' | 'docs';

/**
 * A configuration before any PATCH. The live service keys an overview by its configuration and gives the time without
 * a fraction; the reference page shows a key of its own and a fraction.
 */
export function shaped(configuration: Configuration, shape: Shape): Configuration {
  if (shape === 'docs') return configuration;
  const { id, overview } = configuration;
  const lastUpdateDateTime = String(overview.lastUpdateDateTime).replace(/\.\d+/, '');
  return { ...configuration, overview: { ...overview, id, lastUpdateDateTime } };
}
