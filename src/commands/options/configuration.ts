import { checkId } from '../../overview/id.ts';
import { readReference } from '../../overview/reference.ts';

/** The id of the configuration that an argument names. */
export function readConfigurationId(text: string, what: string): string {
  const reference = readReference(text, what);
  return reference.kind === 'id' ? reference.id : checkId(text, what);
}
