import type { Result } from '../outcome/result.ts';
import type { Output } from '../process/runtime.ts';
import { cleanLines } from '../text/clean.ts';
import { FORMAT_ROWS, type Format } from './format.ts';
import type { Presentation } from './presentation.ts';
import { openSink } from './sink.ts';

/**
 * Writes a result, with backpressure. If the reader closes the pipe, as `head` does, the writing and the stream of records
 * end silently.
 * @throws an `unexpected` Failure if the output cannot be written for another reason, such as a full disk
 */
export async function present(
  result: Result,
  how: Presentation & { readonly format: Format },
  out: Output,
): Promise<void> {
  const { load, forPeople, raw } = FORMAT_ROWS[how.format];
  const { live } = result;
  if (live !== undefined && forPeople && how.query === undefined && how.terminal !== undefined) {
    const [{ showLive }, { loadRenderer }] = await Promise.all([import('./live.ts'), import('./table.ts')]);
    return showLive(live, how.terminal, await loadRenderer(how));
  }
  const write = await load();
  const toTerminal = out.isTTY === true && raw === true;
  const sink = openSink(out);
  try {
    for await (const part of write(result, how)) {
      const blanked = how.blank?.(part) ?? part;
      if (!(await sink.write(toTerminal ? cleanLines(blanked) : blanked))) break;
    }
    await sink.end();
  } finally {
    sink.release();
  }
}

/** Writes a text unchanged, and waits until it has been flushed. @throws as `present` does */
export async function writeText(text: string, out: Output): Promise<void> {
  const sink = openSink(out);
  try {
    if (await sink.write(text)) await sink.end();
  } finally {
    sink.release();
  }
}
