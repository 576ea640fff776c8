import type { Block, Cell, Room, Tone } from '../../outcome/result.ts';
import { isNarrow } from './overview.ts';

/** One check of `doctor`. */
export interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skip';
  readonly detail: string;
  readonly remedy: string | null;
}

const LOOKS: Readonly<Record<Check['verdict'], readonly [symbol: string, tone: Tone]>> = {
  ok: ['✓', 'success'],
  warn: ['!', 'conflict'],
  fail: ['✗', 'failed'],
  skip: ['–', 'not-applicable'],
};

/** The table of checks. The remedies are below it, since they must not be truncated. */
export function checksView(checks: readonly Check[], room: Room): Block[] {
  const table = isNarrow(room) ? checks.map(lineOf) : [tableOf(checks)];
  const remedies = checks.filter(({ remedy }) => remedy !== null).flatMap(remedyOf);
  return remedies.length === 0 ? table : [...table, { kind: 'heading', text: 'What to do' }, ...remedies];
}

function remedyOf({ check, verdict, detail, remedy }: Check): Block[] {
  const [symbol, tone] = LOOKS[verdict];
  const [, ...more] = detail.split('\n');
  const line: Block = {
    kind: 'line',
    cells: [{ text: `${symbol} ${check}:`, tone }, { text: remedy ?? '' }],
  };
  return [
    line,
    ...more.map((text): Block => ({ kind: 'line', cells: [{ text: `  ${text}`, tone: 'dim' }] })),
  ];
}

/** The first line of a detail, for the table. The other lines are shown with the remedy. */
function firstLine(detail: string): string {
  return (detail.split('\n')[0] ?? '').replace(/:$/, '');
}

function lineOf({ check, verdict, detail }: Check): Block {
  const [symbol, tone] = LOOKS[verdict];
  return { kind: 'line', cells: [{ text: `${symbol} ${check}`, tone }, { text: firstLine(detail) }] };
}

function tableOf(checks: readonly Check[]): Block {
  const rows = checks.map(({ check, verdict, detail }): Cell[] => {
    const [symbol, tone] = LOOKS[verdict];
    return [{ text: check }, { text: `${symbol} ${verdict}`, tone }, { text: firstLine(detail) }];
  });
  return { kind: 'table', columns: [{ title: 'Check' }, { title: 'Result' }, { title: 'Detail' }], rows };
}
