import type { AccessToken as IdentityToken, TokenCredential } from '@azure/identity';
import { connectionFailure, proxyFailure } from '../graph/connection-failure.ts';
import { Failure } from '../outcome/errors.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import type { AccessToken } from './access-token.ts';
import { authorityOf, type SignInContext } from './context.ts';
import type { AuthMethod } from './methods.ts';

export type Identity = typeof import('@azure/identity');

/** Retries of a request to the authority; the library's default needs six seconds to report an unreachable host. */
export const RETRIES = { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 };

/** What the library says where the authority could not be reached, whatever the cause. */
const NO_CAUSE = /endpoints_resolution_error|network_error|Network unreachable/i;

/** Loads @azure/identity. It takes 0.1 s or more, so it is loaded only where a token has to be acquired. */
export function loadIdentity(): Promise<Identity> {
  return import('@azure/identity');
}

/** Options for every credential that asks the authority, and the last failure below it: the library's errors lose the cause. */
export function credentialOptions(context: SignInContext) {
  const { tenant } = context;
  const { observed, policies } = observe(context);
  const options = {
    authorityHost: authorityOf(context),
    // The authority belongs to a known cloud or was named by the user: it needs no discovery.
    disableInstanceDiscovery: true,
    retryOptions: RETRIES,
    additionalPolicies: policies,
    ...(tenant === undefined ? {} : { tenantId: tenant }),
  };
  return { options, observed };
}

/**
 * An HTTP policy that applies the time-out, conceals secrets and keeps the last failure, for credentials that ask no
 * authority.
 * @param direct without the proxy: the service is on this machine or on its link
 */
export function observe(context: SignInContext, { direct = false } = {}) {
  const { runtime, timeout, secrets } = context;
  const observed: Observed = { failure: undefined, refusal: undefined, blank: (text) => secrets.blank(text) };
  const policy = {
    name: 'graphOverview',
    async sendRequest(request: PolicyRequest, next: (request: PolicyRequest) => Promise<PolicyResponse>) {
      request.timeout = timeout;
      if (direct) delete request.agent;
      request.abortSignal = runtime.signal;
      try {
        for (const secret of secretsIn(request.body)) secrets.conceal(secret);
        const response = await next(request);
        for (const secret of tokensIn(response.bodyAsText)) secrets.conceal(secret);
        // Only a proxy answers 407: the library returns its refusal of the tunnel as if it were the answer.
        observed.failure =
          response.status === 407 ? proxyFailure(new URL(request.url).origin, 407) : undefined;
        observed.refusal = refusalIn(response);
        return response;
      } catch (error) {
        const limit = timedOut(error) && !runtime.signal.aborted ? timeout : undefined;
        observed.failure = connectionFailure(error, new URL(request.url), limit);
        throw error;
      }
    },
  };
  return { observed, policies: [{ position: 'perRetry' as const, policy: policy as never }] };
}

/** The parts of the library's HTTP pipeline that a policy touches. */
interface PolicyRequest {
  readonly url: string;
  readonly body?: unknown;
  timeout: number;
  abortSignal?: AbortSignal;
  agent?: unknown;
}

interface PolicyResponse {
  readonly status: number;
  readonly bodyAsText?: string | null;
}

/** The last failure, which the library's errors may leave out. */
export interface Observed {
  /** Below HTTP. */
  failure: Failure | undefined;
  /** The authority's own message, such as `AADSTS90002: …`. */
  refusal: string | undefined;
  /** The text with `***` in place of every secret. */
  readonly blank: (text: string) => string;
}

function refusalIn({ status, bodyAsText }: PolicyResponse): string | undefined {
  const said = status < 400 ? undefined : membersOf(bodyAsText).error_description;
  return typeof said === 'string' && said.startsWith('AADSTS') ? said : undefined;
}

/** Secrets in the form that the library posts to the token endpoint. */
const SENT = ['client_secret', 'client_assertion', 'assertion', 'refresh_token', 'password', 'code'];

function secretsIn(body: unknown): string[] {
  if (typeof body !== 'string') return [];
  const form = new URLSearchParams(body);
  return SENT.map((name) => form.get(name) ?? '');
}

/** Secrets in the answer. */
const RECEIVED = ['access_token', 'refresh_token', 'id_token'];

function tokensIn(bodyAsText: PolicyResponse['bodyAsText']): string[] {
  const members = membersOf(bodyAsText);
  return RECEIVED.map((name) => members[name]).filter((value) => typeof value === 'string');
}

function membersOf(json: PolicyResponse['bodyAsText']): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** One request for a token. */
export interface TokenRequest {
  readonly scope: string;
  /** Claims of a challenge, as JSON. */
  readonly claims: string | undefined;
}

/**
 * Acquires a token with a credential of the library.
 * @throws a Failure: `network` where the authority could not be reached, else `sign-in` with the reason on one line
 */
export async function acquireToken(
  credential: TokenCredential,
  method: AuthMethod,
  { scope, claims }: TokenRequest,
  { secrets, runtime }: SignInContext,
  observed: Observed,
): Promise<AccessToken> {
  const options = {
    enableCae: true,
    abortSignal: runtime.signal,
    ...(claims === undefined ? {} : { claims }),
  };
  let token: IdentityToken | null;
  try {
    // The library ignores the signal while it waits for a browser.
    token = await unlessAborted(credential.getToken(scope, options), runtime.signal);
  } catch (error) {
    if (runtime.signal.aborted) throw runtime.signal.reason;
    throw signInFailure(method, error, observed);
  }
  if (token === null) throw new Failure('sign-in', `${method} returned no token`);
  secrets.conceal(token.token);
  return { value: token.token, expires: token.expiresOnTimestamp, method };
}

/** Why a credential returned no token, on one line. */
export function signInFailure(method: AuthMethod, error: unknown, observed: Observed): Failure {
  if (error instanceof Failure) return error;
  const thrown = observed.blank(error instanceof Error ? error.message : String(error));
  const refusal = observed.refusal === undefined ? undefined : observed.blank(observed.refusal);
  const message = refusal === undefined || thrown.includes('AADSTS') ? thrown : `${refusal}\n${thrown}`;
  if (observed.failure !== undefined && (NO_CAUSE.test(message) || message === '')) {
    return new Failure(
      'network',
      `the sign-in service: ${observed.failure.message}`,
      observed.failure.details,
    );
  }
  return new Failure('sign-in', reasonIn(message), { hint: hintFor(message, method), cause: error });
}

/** Where the sentence of Entra's answer ends: what follows is for its logs. */
const END_OF_REASON = /Trace ID|Correlation ID|- Correlation|[\r\n]/;

/** The sentence of Entra's answer, or the first line of what the library says. */
function reasonIn(message: string): string {
  if (NO_CAUSE.test(message)) return 'the sign-in service does not know the tenant, or could not be reached';
  const [first = message] = message.slice(Math.max(0, message.search(/AADSTS\d+: /))).split(END_OF_REASON);
  const parts = first.split(/To troubleshoot, visit https:\S+/);
  return parts
    .map((part) => part.trimEnd())
    .join('')
    .trim();
}

/** What to do about the most frequent refusals, by Entra's AADSTS codes. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/AADSTS7000215/, 'AZURE_CLIENT_SECRET is wrong: it must be the secret’s value, not its id'],
  [/AADSTS7000222/, 'the client secret has expired: create a new one in the app registration'],
  [/AADSTS700016/, 'check AZURE_CLIENT_ID, and that the app is registered in this tenant'],
  [/AADSTS90002/, 'check the tenant: `--tenant` or AZURE_TENANT_ID'],
  [
    /AADSTS70021|AADSTS700213/,
    'check the federated credential of the app: issuer, subject and audience must match',
  ],
  [/AADSTS65001/, 'an administrator must consent to the permission first'],
  [/AADSTS5300\d/, 'Conditional Access does not allow this sign-in'],
  [/az login/, 'sign in with `az login`'],
  [/azd auth login/, 'sign in with `azd auth login`'],
  [/Connect-AzAccount/, 'sign in with `Connect-AzAccount` in PowerShell'],
  [
    /authorization_declined|access_denied/,
    'the sign-in was declined: try again, or ask an administrator for consent',
  ],
  [/expired_token|device_code_expired/, 'the code was not entered in time: try again'],
];

function hintFor(message: string, method: AuthMethod): string {
  const known = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return known ?? `run \`graph-overview doctor --auth ${method}\` for details`;
}

function timedOut(error: unknown): boolean {
  // The library aborts a request that takes too long, and gives no other reason.
  return (
    error instanceof Error &&
    (/^(TimeoutError|AbortError)$/.test(error.name) || /timeout/i.test(error.message))
  );
}
