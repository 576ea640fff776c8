import { CLOUD_NAMES } from '../../catalog/clouds.ts';
import { API_VERSIONS } from '../../catalog/properties.ts';
import { FORMATS } from '../../present/format.ts';
import { AUTH_METHODS } from '../../sign-in/methods.ts';
import { inGroup, type OptionRow, type OptionsOf } from './option-row.ts';

/** Options of every command, for its output. */
export const OUTPUT_OPTIONS = inGroup('Output:', [
  {
    flags: '-o, --output <format>',
    description: `One of ${FORMATS.join(', ')}`,
    choices: FORMATS,
    environment: 'GRAPH_OVERVIEW_OUTPUT',
  },
  { flags: '--query <jmespath>', description: 'JMESPath expression that is applied to the data' },
  { flags: '--no-input', description: 'Never prompt', environment: 'GRAPH_OVERVIEW_NO_INPUT' },
  { flags: '-q, --quiet', description: 'Print only warnings and errors to standard error' },
  { flags: '-v, --verbose', description: 'Print a line for each request to standard error' },
  { flags: '--debug', description: 'Print each HTTP exchange to standard error, with secrets blanked' },
  {
    flags: '--color <when>',
    description: 'One of auto, always, never',
    choices: ['auto', 'always', 'never'],
  },
  { flags: '--no-color', description: 'Same as --color never' },
]);

export type OutputOptions = OptionsOf<typeof OUTPUT_OPTIONS>;

/** The option of every command that asks for confirmation. */
export const YES_OPTION = {
  flags: '-y, --yes',
  description: 'Do not prompt; required without a terminal',
  environment: 'GRAPH_OVERVIEW_YES',
} as const satisfies OptionRow;

export type YesOptions = OptionsOf<readonly [typeof YES_OPTION]>;

/** Options for the cloud and the sign-in. */
const CLOUD_AND_SIGN_IN = [
  {
    flags: '--cloud <name>',
    description: `One of ${CLOUD_NAMES.join(', ')} (default global)`,
    choices: CLOUD_NAMES,
    environment: 'GRAPH_OVERVIEW_CLOUD',
  },
  {
    flags: '--auth <method>',
    description: `Credential: one of ${AUTH_METHODS.join(', ')}`,
    choices: AUTH_METHODS,
    environment: 'GRAPH_OVERVIEW_AUTH',
  },
  { flags: '--tenant <id>', description: 'Tenant to sign in to', environment: 'AZURE_TENANT_ID' },
  { flags: '--timeout <duration>', description: 'Time-out of each attempt (default 30s)' },
] as const satisfies readonly OptionRow[];

/** Options of the commands for the sign-in. */
export const SIGN_IN_OPTIONS = inGroup('Cloud and tenant:', CLOUD_AND_SIGN_IN);

/** Options of every command that sends requests to Graph. */
export const GRAPH_OPTIONS = inGroup('Graph and sign-in:', [
  {
    flags: '--local',
    description: 'The built-in mock Graph with its sample tenant; changes are kept between commands',
    environment: 'GRAPH_OVERVIEW_LOCAL',
  },
  {
    flags: '--endpoint <url>',
    description: 'Another Graph base URL, such as one that `serve` printed',
    environment: 'GRAPH_OVERVIEW_ENDPOINT',
  },
  { flags: '--trust-endpoint', description: 'Send the token to the https host of --endpoint' },
  {
    flags: '--api-version <version>',
    description: `One of ${API_VERSIONS.join(', ')} (default beta)`,
    choices: API_VERSIONS,
    environment: 'GRAPH_OVERVIEW_API_VERSION',
  },
  ...CLOUD_AND_SIGN_IN,
  { flags: '--retries <n>', description: 'Attempts after the first (default 5)' },
]);

export type GraphOptions = OptionsOf<typeof GRAPH_OPTIONS>;
