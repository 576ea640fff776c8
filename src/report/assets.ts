import { existsSync, readFileSync } from 'node:fs';

/** The script and the style sheet of the page. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** Their folder, relative to the bundle and relative to this source file. */
const FOLDERS = ['./', '../../dist/'] as const;

/** Reads the script and the style sheet that `npm run build` made from `src/report/page/`. @throws if they are missing */
export function readAssets(): Assets {
  const folder = FOLDERS.map((path) => new URL(path, import.meta.url)).find((url) =>
    existsSync(new URL('report-page.js', url)),
  );
  if (folder === undefined) throw new Error('report-page.js is missing: run `npm run build`');
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  return { script: read('report-page.js'), style: read('report-page.css') };
}
