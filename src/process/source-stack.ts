import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

/** The end of a stack frame in a script of the build: `(/…/dist/main.js:3:5120)`. */
const PLACE = /\.js:(\d+):(\d+)(\)?)$/;

/** The text before the path in a frame of an anonymous function. */
const AT = /^ +at (?:async )?/;

/**
 * Translates a stack trace to the sources: `src/present/json.ts:12:5`. Frames of scripts without a source map stay
 * unchanged.
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
