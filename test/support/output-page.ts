import { readFileSync } from 'node:fs';

/** A record as docs/output.md describes it. */
export interface Described {
  /** Types by member, in the order of the page; those with a question mark may be missing. */
  readonly members: ReadonlyMap<string, { readonly type: string; readonly optional: boolean }>;
  /** The columns of csv and tsv; none where the page names none. */
  readonly columns: readonly string[];
}

/** The properties of an overview, as Graph's reference page has them. */
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

/**
 * What of a value is not as the page describes the record: members that are missing, not described or of another type.
 * @param name the title of its section
 */
export function differencesFrom(
  page: ReadonlyMap<string, Described>,
  name: string,
  value: unknown,
): readonly string[] {
  const described = page.get(name);
  if (described === undefined) return [`docs/output.md has no section ${name}`];
  if (!isObject(value)) return [`${name}: is not an object: ${JSON.stringify(value)}`];
  const missing = [...described.members]
    .filter(([member, { optional }]) => !optional && !Object.hasOwn(value, member))
    .map(([member]) => `${name}: ${member} is missing`);
  const wrong = Object.entries(value).flatMap(([member, held]) => {
    const type = described.members.get(member)?.type;
    if (type === undefined) return [`${name}: ${member} is not described`];
    return isOfType(page, type, held) ? [] : [`${name}: ${member} is not ${type}: ${JSON.stringify(held)}`];
  });
  return [...missing, ...wrong];
}

function isOfType(page: ReadonlyMap<string, Described>, type: string, value: unknown): boolean {
  const record = (name: string): boolean => differencesFrom(page, name, value).length === 0;
  return type.split(' or ').some((one) => {
    switch (one) {
      case 'null':
        return value === null;
      case 'string':
      case 'boolean':
      case 'number':
        return typeof value === one;
      case 'integer':
        return Number.isInteger(value);
      case 'object':
        return isObject(value);
      case 'list':
        return Array.isArray(value);
      case 'rows':
        return Array.isArray(value) && value.every((row) => differencesFrom(page, 'row', row).length === 0);
      // Wherever an overview is part of a record, a service may have left properties out.
      case 'overview':
        return isObject(value);
      default:
        return record(one);
    }
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
