import { existsSync, readFileSync } from 'node:fs';

/** The page's own script and style. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** Beside the bundle; and seen from this source file, where the build put them. */
const FOLDERS = ['./', '../../dist/'] as const;

/** Reads what `npm run build` made of `src/report/page/`. */
export function readAssets(): Assets {
  const folder = FOLDERS.map((path) => new URL(path, import.meta.url)).find((url) =>
    existsSync(new URL('report-page.js', url)),
  );
  if (folder === undefined) throw new Error('report-page.js is missing: run `npm run build`');
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  return { script: read('report-page.js'), style: read('report-page.css') };
}
