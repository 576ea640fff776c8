import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

/** The end of a frame that names a place in a script of the build: `(/…/dist/main.js:3:5120)`. */
const PLACE = /\.js:(\d+):(\d+)(\)?)$/;

/** Where the path begins in a frame of a function without a name. */
const AT = /^ +at (?:async )?/;

/**
 * A stack trace in terms of the sources: `src/present/json.ts:12:5`. Where a script has no source map beside it, its
 * places stay as they are.
 */
export function sourceStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  const inSources = (frame: string): string => {
    const at = AT.exec(frame);
    const place = PLACE.exec(frame);
    if (at === null || place === null) return frame;
    const [end, line, column, bracket] = place;
    const start = bracket === '' ? at[0].length : frame.indexOf(' (') + 2;
    const script = frame.slice(start, frame.length - end.length + '.js'.length);
    if (!maps.has(script)) maps.set(script, mapOf(script));
    const origin = maps.get(script)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (origin === undefined || !('originalSource' in origin)) return frame;
    const root = dirname(dirname(script));
    const source = relative(root, resolve(dirname(script), origin.originalSource));
    return `${frame.slice(0, start)}${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}${bracket}`;
  };
  return stack.split('\n').map(inSources).join('\n');
}

function mapOf(script: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${script}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}
