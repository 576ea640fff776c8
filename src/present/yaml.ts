import type { Result } from '../outcome/result.ts';
import { cleanJson, isUnsafe } from '../text/clean.ts';
import type { Presentation } from './presentation.ts';
import { queried } from './source.ts';

/**
 * `yaml`: one document; the library does the quoting. What readers of YAML 1.1 would take for something else, such as
 * `no` or a date, is quoted, and characters that YAML does not allow to stand for themselves are escaped.
 */
export async function* yaml(result: Result, { query }: Presentation): AsyncGenerator<string> {
  const { Document, visit } = await import('yaml');
  const value = (await queried(result, query)) ?? null;
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, scalar) {
      const { value: text } = scalar;
      // A block of nothing but spaces is read without them.
      if (typeof text === 'string' && (isUnsafe(text) || text.trim() === '')) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  // Only double-quoted text holds anything to escape, and there the escapes of JSON mean the same.
  yield cleanJson(document.toString({ lineWidth: 0 }));
}
