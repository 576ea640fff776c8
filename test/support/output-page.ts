import { readFileSync } from 'node:fs';

/** The description of a record in docs/output.md. */
export interface Described {
  /** Types by member, in the order of the page; those with a question mark are optional. */
  readonly members: ReadonlyMap<string, { readonly type: string; readonly optional: boolean }>;
  /** The columns of csv and tsv; empty if the page has none. */
  readonly columns: readonly string[];
}

/** The properties of an overview, as in the reference of Graph. */
const PROPERTIES = [
  'id',
  'pendingCount',
  'notApplicableCount',
  'notApplicablePlatformCount',
  'successCount',
  'errorCount',
  'failedCount',
  'conflictCount',
  'lastUpdateDateTime',
  'configurationVersion',
];

/** Every record of docs/output.md, by the title of its section. */
export function readOutputPage(): ReadonlyMap<string, Described> {
  const page = readFileSync(new URL('../../docs/output.md', import.meta.url), 'utf8');
  const sections = page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const rows = [...text.matchAll(/^\| `([^`]+)`(\?)? +\| ([a-z ]+?) +\|$/gm)];
      const members = rows.map(
        ([, name = '', mark, type = '']) => [name, { type, optional: mark !== undefined }] as const,
      );
      const [, listed = ''] = /^Columns: ([\s\S]*?)\n\n/m.exec(`${text}\n\n`) ?? [];
      const columns = [...listed.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) =>
        name.endsWith('.*') ? PROPERTIES.map((one) => name.replace('*', one)) : [name],
      );
      return [title, { members: new Map(members), columns }] as const;
    });
  return new Map(sections);
}
