/**
 * The additions that CONTRIBUTING.md describes. `first` is the row that starts an addition; each of `places` is
 * required by a check, whose output then contains `names`. An edit inserts `text` after the first `after` of a file, or creates
 * the file if there is no `after`.
 */
export const ADDITIONS = [
  {
    what: 'a count',
    first: [
      {
        file: 'src/catalog/properties.ts',
        after: 'const ROWS = [\n',
        text: "  { ...COUNT, name: 'staleCount', flag: 'stale', label: 'Stale', description: 'Devices not seen for long' },\n",
      },
    ],
    places: [
      {
        file: 'src/present/views/count-look.ts',
        after: "  conflictCount: { tone: 'conflict', short: 'Conflict' },\n",
        text: "  staleCount: { tone: 'stale', short: 'Stale' },\n",
        names: 'src/present/views/count-look.ts',
      },
      {
        file: 'src/present/views/count-look.ts',
        after: "  conflict: { symbol: '≠', title: 'Conflict', word: 'conflict', fill: '≠' },\n",
        text: "  stale: { symbol: '~', title: 'Stale', word: 'stale', fill: '~' },\n",
        names: 'src/present/views/count-look.ts',
      },
      {
        file: 'src/outcome/result.ts',
        after: "  | 'conflict'\n",
        text: "  | 'stale'\n",
        names: "'stale'",
      },
      {
        file: 'src/present/paint.ts',
        after: '    conflict: chalk.magenta,\n',
        text: '    stale: chalk.yellow,\n',
        names: 'src/present/paint.ts',
      },
      {
        file: 'src/report/fills.ts',
        after:
          "  failedCount: { color: '#a40e26', dark: '#ff7b72', strokes: '<path d=\"M0 0l8 8M0 8l8-8\"/>' },\n",
        text: "  staleCount: { color: '#7d6608', dark: '#f4d03f', strokes: '<path d=\"M0 6h8\"/>' },\n",
        names: 'src/report/fills.ts',
      },
      {
        file: 'src/emulator/sample-tenant.ts',
        after: '      conflictCount: conflict,\n',
        text: '      staleCount: 0,\n',
        names: 'src/emulator/sample-tenant.ts',
      },
      {
        file: 'src/emulator/generated-tenant.ts',
        after: '      conflictCount: bad.conflict,\n',
        text: '      staleCount: 0,\n',
        names: 'src/emulator/generated-tenant.ts',
      },
      {
        file: 'README.md',
        after: '| `--conflict` | `conflictCount` (beta) | same |\n',
        text: '| `--stale` | `staleCount` | same |\n',
        check: ['test', 'test/readme.test.ts'],
        names: 'has the flag --stale',
      },
      {
        file: 'schema/overview.schema.json',
        after: '    "conflictCount": {\n      "type": "integer",\n      "minimum": 0\n    },\n',
        text: '    "staleCount": {\n      "type": "integer",\n      "minimum": 0\n    },\n',
        check: ['test', 'test/commands/output.test.ts', '-t', 'of get .success. in json'],
        names: 'staleCount',
      },
      {
        file: 'schema/overview-in-record.schema.json',
        after: '      "$ref": "overview.schema.json#/properties/conflictCount"\n    },\n',
        text: '    "staleCount": {\n      "$ref": "overview.schema.json#/properties/staleCount"\n    },\n',
        check: ['test', 'test/schema.test.ts'],
        names: 'overview-in-record.schema.json has every property',
      },
      {
        file: 'docs/output.md',
        after: '| `conflictCount`?             | integer |\n',
        text: '| `staleCount`?                | integer |\n',
        check: ['test', 'test/schema.test.ts'],
        names: 'staleCount',
      },
    ],
    shows: [
      { args: ['get', '5a3b1c00-0b1e-4d5a-9c3e-000000000001', '--local'], text: '~ Stale' },
      { args: ['list', '--local', '-o', 'csv'], text: 'staleCount' },
      { args: ['report', '--local'], text: '--staleCount: #7d6608;' },
    ],
  },
  {
    what: 'an output format',
    first: [
      {
        file: 'src/present/format.ts',
        after: 'const ROWS = {\n',
        text: "  ids: { load: async () => (await import('./ids.ts')).ids, errorsAsJson: true },\n",
      },
    ],
    places: [
      {
        file: 'src/present/ids.ts',
        text: `import type { Result } from '../outcome/result.ts';
import { recordsOf } from './source.ts';

export async function* ids(result: Result): AsyncGenerator<string> {
  for await (const record of recordsOf(result)) yield \`\${JSON.stringify(record).length}\\n\`;
}
`,
        names: './ids.ts',
      },
    ],
    shows: [{ args: ['list', '--help'], text: 'ids' }],
  },
  {
    what: 'a named route',
    first: [
      {
        file: 'src/catalog/routes.ts',
        after: 'const ROWS = [\n',
        text: `  {
    name: 'ios-vpn-root',
    path: '/microsoft.graph.iosVpnConfiguration/rootCertificate',
    apiVersions: ['beta'],
    documented: { since: '2017-01-20', until: '2017-02-10' },
    description: 'root certificate of an iOS VPN',
  },
`,
      },
    ],
    places: [
      {
        file: 'src/emulator/sample-tenant.ts',
        after: "  'windows-vpn': sample(0x0b),\n",
        text: "  'ios-vpn-root': sample(0x0c),\n",
        names: 'src/emulator/sample-tenant.ts',
      },
      {
        file: 'docs/routes.md',
        after: '| `windows-vpn` | `/microsoft.graph.windows10VpnConfiguration/identityCertificate` |\n',
        text: '| `ios-vpn-root` | `/microsoft.graph.iosVpnConfiguration/rootCertificate` |\n',
        check: ['test', 'test/readme.test.ts'],
        names: 'has the route ios-vpn-root',
      },
      {
        file: 'src/catalog/navigation.ts',
        after:
          "    'iosVpnConfiguration',\n    'appleVpnConfiguration',\n    one('identityCertificate', 'iosCertificateProfileBase'),\n",
        text: "    one('rootCertificate', 'iosTrustedRootCertificate'),\n",
        check: ['test', 'test/catalog/routes.test.ts'],
        names: 'ios-vpn-root in beta',
      },
    ],
    shows: [{ args: ['routes'], text: 'ios-vpn-root' }],
  },
  {
    what: 'an option',
    first: [
      {
        file: 'src/commands/get/run.ts',
        after: '  const { runtime, args, options, emit } = invocation;\n',
        text: "  if (options.onlyOnce === true) emit({ kind: 'note', text: 'once' });\n",
      },
    ],
    places: [
      {
        file: 'src/commands/get/options.ts',
        after: 'export const OPTIONS = [\n',
        text: "  { flags: '--only-once', description: 'Once' },\n",
        names: 'src/commands/get/run.ts',
      },
    ],
    shows: [{ args: ['get', '--help'], text: '--only-once' }],
  },
  {
    what: 'an option that many commands have',
    first: [
      {
        file: 'src/commands/options/settings.ts',
        after: "}: Source<GraphOptions & Pick<OutputOptions, 'input'>>): GraphSettings {\n",
        text: '  if (options.pageSize !== undefined) throw usage(options.pageSize);\n',
      },
    ],
    places: [
      {
        file: 'src/commands/options/shared-options.ts',
        after: "inGroup('Graph and sign-in:', [\n",
        text: "  { flags: '--page-size <n>', description: 'Configurations on a page' },\n",
        names: 'src/commands/options/settings.ts',
      },
    ],
    shows: [{ args: ['doctor', '--help'], text: '--page-size <n>' }],
  },
  {
    what: 'a command',
    first: [
      {
        file: 'src/commands/hello/index.ts',
        text: `import type { ActingCommand } from '../command.ts';
import { OUTPUT_OPTIONS } from '../options/shared-options.ts';

export const hello = {
  name: 'hello',
  group: 'Prepare',
  summary: 'Say hello',
  arguments: [],
  options: OUTPUT_OPTIONS,
  examples: [{ what: 'hello', line: 'hello' }],
  load: async () => (await import('./run.ts')).run,
} as const satisfies ActingCommand<typeof OUTPUT_OPTIONS>;
`,
      },
    ],
    places: [
      {
        file: 'src/commands/hello/run.ts',
        text: `import type { Action } from '../command.ts';

export const run: Action = async () => ({
  data: { value: { hello: true } },
  flat: undefined,
  view: () => [{ kind: 'verbatim', text: 'hello' }],
});
`,
        names: './run.ts',
      },
      {
        file: 'src/commands/index.ts',
        after: 'const ROWS = [\n',
        text: '  hello,\n',
        // The import alone is not enough, and is useless without the row.
        with: [
          {
            file: 'src/commands/index.ts',
            after: "import { get } from './get/index.ts';\n",
            text: "import { hello } from './hello/index.ts';\n",
          },
        ],
        check: ['unused'],
        names: 'src/commands/hello/index.ts',
      },
      {
        file: 'test/commands/output.test.ts',
        after: 'const SCENARIOS: Readonly<Record<CommandName, readonly Scenario[]>> = {\n',
        text: '  hello: [],\n',
        names: 'test/commands/output.test.ts',
      },
      {
        file: 'test/end-to-end/process-end.test.ts',
        after: 'const CALLS: Readonly<Record<CommandName, readonly string[] | string>> = {\n',
        text: "  hello: ['hello'],\n",
        names: 'test/end-to-end/process-end.test.ts',
      },
      {
        file: 'test/commands/output-variable.test.ts',
        after: 'const CALLS: Readonly<Record<CommandName, readonly string[]>> = {\n',
        text: "  hello: ['hello'],\n",
        names: 'test/commands/output-variable.test.ts',
      },
    ],
    shows: [
      { args: ['hello'], text: 'hello' },
      { args: ['--help'], text: 'Say hello' },
    ],
  },
  {
    what: 'a method of --auth',
    first: [{ file: 'src/sign-in/methods.ts', after: "  'workload-identity',\n", text: "  'smart-card',\n" }],
    places: [
      {
        file: 'src/sign-in/credentials.ts',
        after: "  'managed-identity': named(managedIdentity),\n",
        text: "  'smart-card': named(managedIdentity),\n",
        names: 'src/sign-in/credentials.ts',
      },
    ],
    shows: [{ args: ['get', '--help'], text: 'smart-card' }],
  },
  {
    what: 'an endpoint of the mock Graph',
    first: [
      {
        file: 'src/emulator/schema.ts',
        after: 'const ROWS = [\n',
        text: `  { name: 'userStatuses', target: 'deviceConfigurationUserStatus', collection: true, beta: false },
  { name: 'settingSummary', target: 'settingSummary', collection: false, beta: true },
`,
      },
    ],
    places: [
      {
        file: 'src/emulator/schema.ts',
        after: 'const PROPERTIES_OF: Readonly<Record<ServedType, readonly SchemaProperty[]>> = {\n',
        text: '  deviceConfigurationUserStatus: [ID],\n  settingSummary: [ID],\n',
        names: 'src/emulator/schema.ts',
      },
      {
        file: 'src/emulator/entity.ts',
        after:
          '    assignments: () => configuration.assignedTo.map((to) => assignment(configuration, to, format)),\n',
        text: '    userStatuses: () => [],\n',
        names: 'src/emulator/entity.ts',
      },
      {
        file: 'src/emulator/graph.ts',
        after: '        deviceStatusOverview: () => this.#overview(configuration, parsed),\n',
        text: '        settingSummary: () => ok({ id: configuration.id }),\n',
        names: 'src/emulator/graph.ts',
      },
      {
        file: 'src/emulator/graph.ts',
        after: '    switch (name) {\n',
        text: "      case 'settingSummary':\n        return { id: configuration.id };\n",
        names: 'src/emulator/graph.ts',
      },
    ],
    shows: [],
  },
];
