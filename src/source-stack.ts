import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

/** A place in a script of the build: `/…/dist/main.js:3:5120`. */
const PLACE = /((?:[A-Za-z]:)?[\\/][^()\n]*?\.js):(\d+):(\d+)/g;

/**
 * A stack trace in terms of the sources: `src/present/json.ts:12:5`. Where a script has no source map beside it, its
 * places stay as they are.
 */
export function sourceStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replaceAll(PLACE, (place, script: string, line: string, column: string) => {
    if (!maps.has(script)) maps.set(script, mapOf(script));
    const origin = maps.get(script)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (origin === undefined || !('originalSource' in origin)) return place;
    const root = dirname(dirname(script));
    const source = relative(root, resolve(dirname(script), origin.originalSource));
    return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  });
}

function mapOf(script: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${script}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}
