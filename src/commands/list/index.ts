import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const list = {
  name: 'list',
  group: 'Look',
  summary: 'every device configuration of the tenant with its counts',
  details:
    'Reads page by page, and prints records as they come in json, jsonl, csv and tsv. A configuration that could not be\n' +
    'read stays in the list with its error, whatever --where asks for, since nobody knows.\n\n' +
    'A condition compares properties, by flag or by Graph’s name: failed gt 0, error ge 5%, last-update lt -7d, joined\n' +
    'by and, or, not and ( ). A percentage is of all devices of the overview; -7d is an age.',
  arguments: [],
  options: OPTIONS,
  examples: [
    { what: 'the whole tenant as a table', line: 'list --local' },
    {
      what: 'where more than a twentieth of the devices failed, the worst first',
      line: 'list --where "failed gt 5% or error gt 5%" --sort -failed --top 10 --local',
    },
    {
      what: 'the ids of all Wi-Fi profiles that were not updated for a week',
      line: 'list --type wifi --where "last-update lt -7d" -o tsv --query "[].deviceConfigurationId" --local',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
