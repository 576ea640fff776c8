import { CLOUD_NAMES, type CloudName } from '../../catalog/clouds.ts';
import { API_VERSIONS, type ApiVersion } from '../../catalog/properties.ts';
import { cloudTarget, endpointTarget, type Target } from '../../graph/target.ts';
import { InputErrors, usage } from '../../outcome/errors.ts';
import { nearestWord } from '../../overview/nearest-word.ts';
import { FORMATS, type Format } from '../../present/format.ts';
import { AUTH_METHODS, type AuthMethod } from '../../sign-in/methods.ts';
import { readDuration } from './duration.ts';
import { inputForbiddenBy, isOn } from './questions.ts';
import type { GraphOptions, OutputOptions } from './shared-options.ts';
import type { Source } from './source.ts';

const DEFAULT_TIMEOUT = 30_000;
const DEFAULT_RETRIES = 5;
const MAX_RETRIES = 100;

/** The settings of the output. */
export interface OutputSettings {
  readonly format: Format;
  readonly query: string | undefined;
  readonly color: 'auto' | 'always' | 'never';
}

/** The settings of the Graph, the sign-in and the requests. */
export interface GraphSettings {
  /** undefined for the mock Graph, which has no address before it is started. */
  readonly target: Target | undefined;
  readonly apiVersion: ApiVersion;
  readonly cloud: CloudName;
  /** Whether the mock Graph is selected by the environment, not by a flag. */
  readonly localByEnvironment: boolean;
  readonly auth: { readonly method: AuthMethod; readonly onCommandLine: boolean };
  readonly tenant: string | undefined;
  /** Of each attempt, in milliseconds. */
  readonly timeout: number;
  /** Number of attempts after the first. */
  readonly retries: number;
  /** What disables prompts, such as `CI`; undefined if they are allowed. */
  readonly noInput: string | undefined;
}

/** Reads the settings of the output. @throws a `usage` Failure with all errors */
export function readOutputSettings({ options, env }: Source<OutputOptions>): OutputSettings {
  const errors = new InputErrors();
  const format = errors.collect(() =>
    oneOf(
      FORMATS,
      'table',
      ['--output', options.output],
      ['GRAPH_OVERVIEW_OUTPUT', env.GRAPH_OVERVIEW_OUTPUT],
    ),
  );
  // Commander stores `--no-color` as false under the name of `--color`.
  const color = errors.collect(() =>
    oneOf(['auto', 'always', 'never'] as const, 'auto', [
      '--color',
      options.color === false ? 'never' : options.color === true ? undefined : options.color,
    ]),
  );
  errors.throwIfAny();
  return { format: format ?? 'table', query: options.query, color: color ?? 'auto' };
}

/** Reads the settings of the Graph and the sign-in. @throws a `usage` Failure with all errors */
export function readGraphSettings({
  options,
  env,
}: Source<GraphOptions & Pick<OutputOptions, 'input'>>): GraphSettings {
  const errors = new InputErrors();
  const apiVersion =
    errors.collect(() =>
      oneOf(
        API_VERSIONS,
        'beta',
        ['--api-version', options.apiVersion],
        ['GRAPH_OVERVIEW_API_VERSION', env.GRAPH_OVERVIEW_API_VERSION],
      ),
    ) ?? 'beta';
  const cloud =
    errors.collect(() =>
      oneOf(
        CLOUD_NAMES,
        'global',
        ['--cloud', options.cloud],
        ['GRAPH_OVERVIEW_CLOUD', env.GRAPH_OVERVIEW_CLOUD],
      ),
    ) ?? 'global';
  const method =
    errors.collect(() =>
      oneOf(AUTH_METHODS, 'auto', ['--auth', options.auth], ['GRAPH_OVERVIEW_AUTH', env.GRAPH_OVERVIEW_AUTH]),
    ) ?? 'auto';
  const where = errors.collect(() => readTarget({ options, env }, apiVersion, cloud));
  const tenant = errors.collect(() => readTenant({ options, env }));
  const timeout = errors.collect(() => readOptional(options.timeout, DEFAULT_TIMEOUT, readTimeout));
  const retries = errors.collect(() => readOptional(options.retries, DEFAULT_RETRIES, readRetries));
  errors.throwIfAny();
  return {
    target: where?.target,
    apiVersion,
    cloud: where?.target?.cloud ?? cloud,
    localByEnvironment: where?.localByEnvironment ?? false,
    auth: { method, onCommandLine: options.auth !== undefined },
    tenant,
    timeout: timeout ?? DEFAULT_TIMEOUT,
    retries: retries ?? DEFAULT_RETRIES,
    noInput: inputForbiddenBy({ options, env }),
  };
}

interface TargetSetting {
  readonly target: Target | undefined;
  readonly localByEnvironment: boolean;
}

function readTarget(
  { options, env }: Source<GraphOptions>,
  apiVersion: ApiVersion,
  cloud: CloudName,
): TargetSetting {
  const trusted = options.trustEndpoint === true;
  const at = (endpoint: string): TargetSetting => ({
    target: endpointTarget(endpoint, { cloud, apiVersion, trusted }),
    localByEnvironment: false,
  });
  if (options.local === true && options.endpoint !== undefined) {
    throw usage('--local and --endpoint cannot be used together', 'remove one of them');
  }
  if (options.local === true) return { target: undefined, localByEnvironment: false };
  if (options.endpoint !== undefined) return at(options.endpoint);
  // --cloud overrides an endpoint in the environment.
  if (options.cloud !== undefined)
    return { target: cloudTarget(cloud, apiVersion), localByEnvironment: false };
  if (isOn(env.GRAPH_OVERVIEW_LOCAL)) return { target: undefined, localByEnvironment: true };
  const endpoint = present(env.GRAPH_OVERVIEW_ENDPOINT);
  if (endpoint !== undefined) return at(endpoint);
  return { target: cloudTarget(cloud, apiVersion), localByEnvironment: false };
}

function oneOf<Choice extends string>(
  choices: readonly Choice[],
  fallback: Choice,
  ...sources: readonly (readonly [name: string, value: string | undefined])[]
): Choice {
  const [name, value] = sources.find(([, given]) => (given ?? '') !== '') ?? [];
  if (value === undefined) return fallback;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  const near = nearestWord(value, choices);
  throw usage(
    `${name}: ${JSON.stringify(value)} is not one of ${choices.join(', ')}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

function readOptional(value: string | undefined, fallback: number, read: (text: string) => number): number {
  return value === undefined ? fallback : read(value);
}

/** The tenant must be a valid path segment of Entra's URLs: an id or a domain name. */
function readTenant({ options, env }: Source<GraphOptions>): string | undefined {
  const [name, value] =
    options.tenant !== undefined
      ? (['--tenant', options.tenant] as const)
      : (['AZURE_TENANT_ID', present(env.AZURE_TENANT_ID)] as const);
  if (value === undefined || /^[\da-z.-]+$/i.test(value)) return value;
  throw usage(
    `${name}: ${JSON.stringify(value)} is not a tenant`,
    'give the id of the tenant or one of its domain names, such as contoso.onmicrosoft.com',
  );
}

function readTimeout(text: string): number {
  return readDuration(text, '--timeout');
}

function readRetries(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= MAX_RETRIES) return Number(text);
  throw usage(
    `--retries: ${JSON.stringify(text)} is not allowed; it takes a whole number from 0 to ${MAX_RETRIES}`,
  );
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
