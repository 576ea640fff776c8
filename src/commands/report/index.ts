import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const report = {
  name: 'report',
  group: 'Look',
  summary: 'Create an HTML page of the whole tenant or its changes',
  details:
    'Makes one self-contained page that opens with the configurations on which most devices failed or are in error, then\n' +
    'has a chart and a table to sort and filter; it loads nothing and can be mailed, archived and printed. It is made\n' +
    'from the tenant, or from a file that `list -o json` printed. With an older file to compare with it opens with what\n' +
    'changed.\n\n' +
    'What changed since Monday:\n' +
    '  graph-overview list -o json > monday.json\n' +
    '  graph-overview report --compare monday.json --out changes.html',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'A page of the whole tenant', line: 'report --out report.html --local' },
    {
      what: 'Print only its size in bytes, for a script',
      line: 'report --out report.html --local -o json --query bytes',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
