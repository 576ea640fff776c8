import { SAMPLE_IDS } from '../commands/examples/sample-ids.ts';

/** What people do most, for whoever calls the program with no words at all. */
export const INTRO = `Read and patch the device status overview of Intune device configurations.

See every configuration with its counts:
  graph-overview list --local
Read one overview:
  graph-overview get ${SAMPLE_IDS.direct} --local
Write one overview:
  graph-overview patch ${SAMPLE_IDS.direct} --error 3 --local
Change many in a spreadsheet, and look before you write:
  graph-overview list -o csv --local > overviews.csv
  graph-overview apply overviews.csv --dry-run --local
Check everything between here and Graph:
  graph-overview doctor --local

--local is a Graph of its own to try things out.
For your tenant sign in with \`graph-overview login\`
and leave --local out.
All commands: graph-overview --help
One of them:  graph-overview patch --help
`;
