import type { ListedConfiguration } from '../../src/report/listed.ts';
import { BETA_ZEROS } from '../support/zeros.ts';

/** A configuration with an overview, as `list -o json` has it; counts that are not given are zero. */
export function configuration(
  id: string,
  counts: Readonly<Record<string, unknown>> = {},
  displayName: string | null = `Configuration ${id}`,
): ListedConfiguration {
  const overview = {
    id: `overview-${id}`,
    ...BETA_ZEROS,
    lastUpdateDateTime: '2024-08-01T00:00:00Z',
    configurationVersion: 1,
    ...counts,
  };
  return {
    deviceConfigurationId: id,
    displayName,
    '@odata.type': '#microsoft.graph.windows10CustomConfiguration',
    overview,
  };
}

/** A configuration whose overview could not be read. */
export function unread(id: string, message = 'no such thing'): ListedConfiguration {
  return {
    deviceConfigurationId: id,
    displayName: `Configuration ${id}`,
    '@odata.type': null,
    error: { message },
  };
}
