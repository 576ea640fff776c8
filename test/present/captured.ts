import { Writable } from 'node:stream';
import type { Output } from '../../src/process/runtime.ts';

/** A stream that collects its text; with `columns` it is a terminal. */
export function captured(columns?: number): { readonly out: Output; text(): string } {
  let text = '';
  const out = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  return {
    out: Object.assign(out, columns === undefined ? {} : { isTTY: true, columns }),
    text: () => text,
  };
}
