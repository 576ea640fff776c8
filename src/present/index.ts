import type { Result } from '../outcome/result.ts';
import type { Output } from '../process/runtime.ts';
import { cleanLines } from '../text/clean.ts';
import { type Format, TABLES } from './format.ts';
import type { Presentation } from './presentation.ts';
import { openSink } from './sink.ts';
import { recordsOf } from './source.ts';

/** The text of a result, in parts. */
type Writer = (result: Result, how: Presentation) => AsyncIterable<string>;

/** One writer a format, loaded when it is asked for. */
const WRITERS: Readonly<Record<Format, () => Promise<Writer>>> = {
  table: async () => (await import('./table.ts')).table,
  wide: async () => (await import('./wide.ts')).wide,
  json: async () => {
    const { json } = await import('./json.ts');
    return (result, { query }) => json(result, query);
  },
  jsonl: async () => {
    const { jsonl } = await import('./json.ts');
    return (result, { query }) => jsonl(result, query);
  },
  csv: async () => {
    const { csv } = await import('./csv.ts');
    return (result, { query }) => csv(result, query);
  },
  tsv: async () => {
    const { tsv } = await import('./csv.ts');
    return (result, { query }) => tsv(result, query);
  },
  yaml: async () => {
    const { yaml } = await import('./yaml.ts');
    return (result, { query }) => yaml(result, query);
  },
  markdown: async () => (await import('./markdown.ts')).markdown,
  none: async () => none,
};

/** Formats whose own quoting leaves control characters of a value as they are. */
const RAW: ReadonlySet<Format> = new Set(['csv', 'tsv', 'yaml']);

/**
 * Writes a result, no faster than the other side reads. A reader that goes away, such as `head`, ends the writing, and
 * a stream of records with it, without a word.
 * @throws an `unexpected` Failure where the output cannot be written for another reason, such as a full disk
 */
export async function present(result: Result, how: Presentation, out: Output): Promise<void> {
  const { live } = result;
  if (live !== undefined && TABLES.has(how.format) && how.query === undefined && how.terminal !== undefined) {
    const [{ showLive }, { pens }] = await Promise.all([import('./live.ts'), import('./table.ts')]);
    return showLive(live, how.terminal, await pens(how));
  }
  const write = await WRITERS[how.format]();
  const toTerminal = out.isTTY === true && RAW.has(how.format);
  const sink = openSink(out);
  try {
    for await (const part of write(result, { ...how, width: knownWidth(how.width) })) {
      const blanked = how.blank?.(part) ?? part;
      if (!(await sink.write(toTerminal ? cleanLines(blanked) : blanked))) break;
    }
    await sink.end();
  } finally {
    sink.release();
  }
}

/** Writes a text that no format shapes, and waits until all of it has been taken. @throws as `present` does */
export async function writeText(text: string, out: Output): Promise<void> {
  const sink = openSink(out);
  try {
    if (await sink.write(text)) await sink.end();
  } finally {
    sink.release();
  }
}

/** `none` still reads a stream to its end: the exit code depends on it. */
async function* none(result: Result): AsyncGenerator<string> {
  for await (const _ of recordsOf(result)) {
    yield '';
  }
}

/** A terminal that has not been told its size says that it has no columns. */
function knownWidth(width: number | undefined): number | undefined {
  return width === 0 ? undefined : width;
}
