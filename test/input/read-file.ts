import { type ReadOptions, readRows } from '../../src/input/read-rows.ts';
import type { Failure } from '../../src/outcome/errors.ts';

/** The result of reading a bulk file: its rows, or every error with its hint, as they are printed. */
export interface FileOutcome {
  readonly rows?: readonly unknown[];
  /** `[line, name, values]` of rows with a display name; undefined if there are none. */
  readonly named?: readonly unknown[];
  readonly errors?: readonly string[];
}

/**
 * Reads a bulk file in parts of a few bytes, to test all boundaries between parts. Rows are `[line, id, values]`,
 * followed by their route if it is not the direct one.
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
