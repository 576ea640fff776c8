import { SAMPLE_IDS } from '../commands/examples/sample-ids.ts';

/** The most common commands, printed when the program is called without arguments. */
export const INTRO = `Read and patch the device status overview of Intune device configurations.

List every configuration with its counts:
  graph-overview list --local
Read one overview:
  graph-overview get ${SAMPLE_IDS.direct} --local
Write one overview:
  graph-overview patch ${SAMPLE_IDS.direct} --error 3 --local
Edit many in a spreadsheet, and review the plan before writing:
  graph-overview list -o csv --local > overviews.csv
  graph-overview apply overviews.csv --dry-run --local
Check the connection and the sign-in:
  graph-overview doctor --local

--local uses the built-in mock Graph with sample data.
For your tenant, sign in with \`graph-overview login\`
and remove --local.
All commands: graph-overview --help
One command:  graph-overview patch --help
`;
