import type { Command } from '../command.ts';
import { GRAPH_OPTIONS, OUTPUT_OPTIONS } from '../shared-options.ts';

export const list: Command = {
  name: 'list',
  group: 'Look',
  summary: 'every device configuration of the tenant with its counts',
  arguments: [],
  options: [...GRAPH_OPTIONS, ...OUTPUT_OPTIONS],
  examples: [
    { what: 'the whole tenant as a table', line: 'list --local' },
    { what: 'a file for a spreadsheet', line: 'list -o csv --local' },
    {
      what: 'the names of configurations on which some device failed',
      line: `list -o json --query '[?overview.failedCount > \`0\`].displayName' --local`,
    },
  ],
  load: async () => (await import('./run.ts')).run,
};
