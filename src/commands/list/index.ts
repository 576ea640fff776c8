import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const list = {
  name: 'list',
  group: 'Read',
  summary: 'List every device configuration of the tenant with its counts',
  details:
    'Reads page by page, and streams records in json, jsonl, csv and tsv. A configuration that could not be read is listed\n' +
    'with its error, even with --where, since the condition cannot be evaluated.\n\n' +
    'A condition compares properties, by flag or by Graph’s name: failed gt 0, error ge 5%, last-update lt -7d, joined\n' +
    'by and, or, not and ( ). A percentage is of all devices of the overview; -7d is an age.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'The whole tenant as a table', line: 'list --local' },
    {
      what: 'More than 5 % failures or errors, sorted by failures',
      line: 'list --where "failed gt 5% or error gt 5%" --sort -failed --top 10 --local',
    },
    {
      what: 'The ids of all Wi-Fi profiles that were not updated for a week',
      line: 'list --type wifi --where "last-update lt -7d" -o tsv --query "[].deviceConfigurationId" --local',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
