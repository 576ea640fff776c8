import type { Result } from '../outcome/result.ts';
import { recordsOf } from './source.ts';

/** `none`: reads a stream to its end without printing, since the exit code depends on its records. */
export async function* none(result: Result): AsyncGenerator<string> {
  for await (const _ of recordsOf(result)) {
    yield '';
  }
}
