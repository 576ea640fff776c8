import { type ReadOptions, readRows } from '../../src/input/read-rows.ts';
import type { Failure } from '../../src/outcome/errors.ts';

/** What a bulk file comes to: its rows, or every error with its hint, as they are printed. */
export interface FileOutcome {
  readonly rows?: readonly unknown[];
  /** `[line, name, values]` of those whose configuration has to be found; left out where there are none. */
  readonly named?: readonly unknown[];
  readonly errors?: readonly string[];
}

/**
 * Reads a bulk file in parts of a few bytes, so that every border between two is met. Rows are `[line, id, values]`,
 * and have their route at the end where it is not the direct one.
 */
export async function readFile(
  content: string | Uint8Array,
  options: ReadOptions = { apiVersion: 'beta', now: 0 },
): Promise<FileOutcome> {
  const bytes = Buffer.from(content);
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  }
  try {
    const { rows, named } = await readRows(parts(), options);
    return {
      ...(named.length === 0 ? {} : { named: named.map(({ line, name, values }) => [line, name, values]) }),
      rows: rows.map(({ line, deviceConfigurationId, route: { via }, values }) => [
        line,
        deviceConfigurationId,
        values,
        ...(via === 'direct' ? [] : [via]),
      ]),
    };
  } catch (error) {
    const { kind, message, details } = error as Failure;
    if (kind !== 'usage') throw error;
    return {
      errors: details.errors ?? [details.hint === undefined ? message : `${message} (${details.hint})`],
    };
  }
}
