import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const report = {
  name: 'report',
  group: 'Look',
  summary: 'the whole tenant, or what moved in it, as one HTML page',
  details:
    'Makes one self-contained page with a summary, a chart and a table to sort and filter; it loads nothing and can\n' +
    'be mailed, archived and printed. It is made from the tenant, or from a file that `list -o json` printed, and\n' +
    'shows what moved where it is given an older file to compare with.\n\n' +
    'What moved since Monday:\n' +
    '  graph-overview list -o json > monday.json\n' +
    '  graph-overview report --compare monday.json --out moved.html',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'a page of the whole tenant', line: 'report --out report.html --local' },
    {
      what: 'the same, and only its size in bytes for a script',
      line: 'report --out report.html --local -o json --query bytes',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
