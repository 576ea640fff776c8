import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const report = {
  name: 'report',
  group: 'Read',
  summary: 'Create an HTML page of the whole tenant or its changes',
  details:
    'Creates one self-contained page that begins with the configurations with the most failures and errors, followed by a\n' +
    'chart and a table to sort and filter. It loads nothing, and can be mailed, archived and printed. Its source is the\n' +
    'tenant, or a file with the output of `list -o json`. With an older file to compare with, it begins with the changes.\n\n' +
    'Changes since Monday:\n' +
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
