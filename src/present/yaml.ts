import type { Result } from '../outcome/result.ts';
import { cleanJson, hasCommand, isUnsafe } from '../text/clean.ts';
import type { Presentation } from './presentation.ts';
import { queried } from './source.ts';

/**
 * `yaml`: one document, quoted by the library. Strings that YAML 1.1 would read as another type, such as `no` or a date,
 * are quoted, and characters that YAML does not allow literally are escaped.
 */
export async function* yaml(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { Document, visit } = await import('yaml');
  const value = (await queried(result, query)) ?? null;
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      const { value: text } = scalar;
      // A block scalar that consists only of spaces would be read as empty.
      if (typeof text !== 'string') return;
      if (isUnsafe(text) || hasCommand(text) || text.trim() === '') scalar.type = 'QUOTE_DOUBLE';
    },
  });
  // Only double-quoted scalars have characters to escape, and in them the escapes of JSON are valid YAML.
  yield cleanJson(document.toString({ lineWidth: 0 }));
}
