import type { Block, Cell } from '../../outcome/result.ts';

/** The identity that is signed in. */
export function identityView(record: Readonly<Record<string, unknown>>): Block[] {
  const rows = Object.entries(record).map(([name, value]): Cell[] => [
    { text: name, tone: 'dim' },
    { text: textOf(value) },
  ]);
  return [{ kind: 'table', columns: [{ title: '' }, { title: '' }], rows }];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return Array.isArray(value) ? value.join(', ') || '–' : String(value);
}
