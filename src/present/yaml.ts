import type { Result } from '../result.ts';
import type { Query } from './query.ts';
import { queried } from './source.ts';

/** `yaml`: one document; the library does the quoting. */
export async function* yaml(result: Result, query: Query | undefined): AsyncGenerator<string> {
  const { stringify } = await import('yaml');
  yield stringify((await queried(result, query)) ?? null, { lineWidth: 0 });
}
