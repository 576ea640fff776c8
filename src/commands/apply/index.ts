import type { ActingCommand } from '../command.ts';
import { OPTIONS } from './options.ts';

export const apply = {
  name: 'apply',
  group: 'Change',
  summary: 'Apply many patches from CSV or JSON: plan, confirm, write, verify, journal',
  details:
    'Reads a file with a row for each overview, checks every row, reads the present values, shows the plan, prompts, and\n' +
    'writes only what differs, within Graph’s quota. The output of `list -o csv`, edited in a spreadsheet, is a valid file.\n' +
    'A row names its configuration by deviceConfigurationId or, if that is empty, by displayName.\n' +
    'Every run is journaled: it can be resumed, shown and undone.',
  arguments: [{ name: '[file]', description: 'CSV, JSON, or a saved plan; - for standard input' }],
  options: OPTIONS,
  examples: [
    { what: 'A file to edit in a spreadsheet', line: 'list -o csv --local > overviews.csv' },
    { what: 'A copy of the export, as the base', line: 'list -o csv --local > export.csv' },
    { what: 'What would change', line: 'apply overviews.csv --dry-run --local' },
    {
      what: 'Write only the edited cells, without a prompt',
      line: 'apply overviews.csv --base export.csv --yes --local',
    },
    {
      what: 'Resume an interrupted run',
      line: 'apply --resume last --local',
    },
  ],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OPTIONS>;
