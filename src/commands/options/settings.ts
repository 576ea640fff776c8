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

/** How the output looks. */
export interface OutputSettings {
  readonly format: Format;
  readonly query: string | undefined;
  readonly color: 'auto' | 'always' | 'never';
}

/** Which Graph, as whom, and how patiently. */
export interface GraphSettings {
  /** undefined means the mock Graph, which has no address before it is started. */
  readonly target: Target | undefined;
  readonly apiVersion: ApiVersion;
  readonly cloud: CloudName;
  /** The mock Graph was asked for by the environment alone. */
  readonly localByEnvironment: boolean;
  readonly auth: { readonly method: AuthMethod; readonly onCommandLine: boolean };
  readonly tenant: string | undefined;
  /** For each attempt, in milliseconds. */
  readonly timeout: number;
  /** Tries after the first. */
  readonly retries: number;
  /** What forbids questions, such as `CI`; undefined where a person may be asked. */
  readonly noInput: string | undefined;
}

/** @throws a `usage` Failure that holds every error */
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

/** @throws a `usage` Failure that holds every error */
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

interface Where {
  readonly target: Target | undefined;
  readonly localByEnvironment: boolean;
}

function readTarget({ options, env }: Source<GraphOptions>, apiVersion: ApiVersion, cloud: CloudName): Where {
  const trusted = options.trustEndpoint === true;
  const at = (endpoint: string): Where => ({
    target: endpointTarget(endpoint, { cloud, apiVersion, trusted }),
    localByEnvironment: false,
  });
  if (options.local === true && options.endpoint !== undefined) {
    throw usage('--local and --endpoint exclude each other', 'give one of them');
  }
  if (options.local === true) return { target: undefined, localByEnvironment: false };
  if (options.endpoint !== undefined) return at(options.endpoint);
  // A cloud on the command line is meant more than an endpoint that a profile once set.
  if (options.cloud !== undefined)
    return { target: cloudTarget(cloud, apiVersion), localByEnvironment: false };
  if (isOn(env.GRAPH_OVERVIEW_LOCAL)) return { target: undefined, localByEnvironment: true };
  const endpoint = present(env.GRAPH_OVERVIEW_ENDPOINT);
  if (endpoint !== undefined) return at(endpoint);
  return { target: cloudTarget(cloud, apiVersion), localByEnvironment: false };
}

function oneOf<Choice extends string>(
  choices: readonly Choice[],
  otherwise: Choice,
  ...sources: readonly (readonly [name: string, value: string | undefined])[]
): Choice {
  const [name, value] = sources.find(([, given]) => (given ?? '') !== '') ?? [];
  if (value === undefined) return otherwise;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  const near = nearestWord(value, choices);
  throw usage(
    `${name}: ${JSON.stringify(value)} is not one of ${choices.join(', ')}`,
    near === undefined ? undefined : `did you mean ${near}?`,
  );
}

function readOptional(value: string | undefined, otherwise: number, read: (text: string) => number): number {
  return value === undefined ? otherwise : read(value);
}

/** Entra's own rule for the segment of a tenant: an id or a domain name. */
function readTenant({ options, env }: Source<GraphOptions>): string | undefined {
  const [name, value] =
    options.tenant !== undefined
      ? (['--tenant', options.tenant] as const)
      : (['AZURE_TENANT_ID', present(env.AZURE_TENANT_ID)] as const);
  if (value === undefined || /^[\da-z.-]+$/i.test(value)) return value;
  throw usage(
    `${name}: ${JSON.stringify(value)} is not a tenant`,
    'it is the id of the tenant or one of its domain names, such as contoso.onmicrosoft.com',
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
