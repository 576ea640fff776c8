import type { AccessToken as IdentityToken, TokenCredential } from '@azure/identity';
import { connectionFailure, proxyFailure } from '../graph/connection-failure.ts';
import { Failure } from '../outcome/errors.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import { authorityOf, type SignInContext } from './context.ts';
import type { AuthMethod } from './methods.ts';
import type { AccessToken } from './token.ts';

export type Identity = typeof import('@azure/identity');

/** How often a request to the authority is tried again; its own default takes six seconds to tell a dead host. */
export const RETRIES = { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 };

/** What the library says where the authority could not be reached, whatever kept it from it. */
const NO_CAUSE = /endpoints_resolution_error|network_error|Network unreachable/i;

/** Loads the library that signs in. It costs a tenth of a second, so only a token that must be acquired pays for it. */
export function loadIdentity(): Promise<Identity> {
  return import('@azure/identity');
}

/** What every credential is made with, and the last thing that went wrong below it: its own errors lose the cause. */
export function commonOptions(context: SignInContext) {
  const { tenant } = context;
  const { seen, policies } = observation(context);
  const options = {
    authorityHost: authorityOf(context),
    // The authority is one of a known cloud or was named by the user: nobody has to vouch for it.
    disableInstanceDiscovery: true,
    retryOptions: RETRIES,
    additionalPolicies: policies,
    ...(tenant === undefined ? {} : { tenantId: tenant }),
  };
  return { options, seen };
}

/**
 * The same for what asks no authority.
 * @param direct no proxy: the service is on this machine, or on its own link
 */
export function observation(context: SignInContext, { direct = false } = {}) {
  const { runtime, timeout, secrets } = context;
  const seen: Seen = { failure: undefined, refusal: undefined, blank: (text) => secrets.blank(text) };
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
        // Only a proxy answers so: the library hands its refusal of the tunnel on as if it were the answer.
        seen.failure = response.status === 407 ? proxyFailure(new URL(request.url).origin, 407) : undefined;
        seen.refusal = refusalIn(response);
        return response;
      } catch (error) {
        const limit = timedOut(error) && !runtime.signal.aborted ? timeout : undefined;
        seen.failure = connectionFailure(error, new URL(request.url), limit);
        throw error;
      }
    },
  };
  return { seen, policies: [{ position: 'perRetry' as const, policy: policy as never }] };
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

/** The last that went wrong: below HTTP, or in Entra's own words, which the library's errors may leave out. */
export interface Seen {
  failure: Failure | undefined;
  refusal: string | undefined;
  /** What was said, with `***` in place of every secret. */
  readonly blank: (text: string) => string;
}

function refusalIn({ status, bodyAsText }: PolicyResponse): string | undefined {
  const said = status < 400 ? undefined : membersOf(bodyAsText).error_description;
  return typeof said === 'string' && said.startsWith('AADSTS') ? said : undefined;
}

/** What the library sends to prove who it is, a form of the authority's token endpoint. */
const SENT = ['client_secret', 'client_assertion', 'assertion', 'refresh_token', 'password', 'code'];

function secretsIn(body: unknown): string[] {
  if (typeof body !== 'string') return [];
  const form = new URLSearchParams(body);
  return SENT.map((name) => form.get(name) ?? '');
}

/** What it is given in return. */
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

/** How a token is asked for. */
export interface TokenRequest {
  readonly scope: string;
  /** Of a claims challenge, as JSON. */
  readonly claims: string | undefined;
}

/**
 * Asks a credential for a token.
 * @throws a Failure: `network` where the authority could not be reached, else `sign-in` with one line of why
 */
export async function tokenFrom(
  credential: TokenCredential,
  method: AuthMethod,
  { scope, claims }: TokenRequest,
  { secrets, runtime }: SignInContext,
  seen: Seen,
): Promise<AccessToken> {
  const options = {
    enableCae: true,
    abortSignal: runtime.signal,
    ...(claims === undefined ? {} : { claims }),
  };
  let token: IdentityToken | null;
  try {
    // The library does not hear the signal everywhere: not while it waits for a browser.
    token = await unlessAborted(credential.getToken(scope, options), runtime.signal);
  } catch (error) {
    if (runtime.signal.aborted) throw runtime.signal.reason;
    throw signInFailure(method, error, seen);
  }
  if (token === null) throw new Failure('sign-in', `${method} gave no token`);
  secrets.conceal(token.token);
  return { value: token.token, expires: token.expiresOnTimestamp, method };
}

/** One line of why a credential gave no token. */
export function signInFailure(method: AuthMethod, error: unknown, seen: Seen): Failure {
  if (error instanceof Failure) return error;
  const thrown = seen.blank(error instanceof Error ? error.message : String(error));
  const refusal = seen.refusal === undefined ? undefined : seen.blank(seen.refusal);
  const message = refusal === undefined || thrown.includes('AADSTS') ? thrown : `${refusal}\n${thrown}`;
  if (seen.failure !== undefined && (NO_CAUSE.test(message) || message === '')) {
    return new Failure('network', `the sign-in service gave ${seen.failure.message}`, seen.failure.details);
  }
  return new Failure('sign-in', reasonIn(message), { hint: hintFor(message, method), cause: error });
}

/** Where the sentence of Entra's answer ends: the rest is for whoever looks into its logs. */
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

/** What to do about the commonest refusals, by Entra's numbers. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/AADSTS7000215/, 'AZURE_CLIENT_SECRET is wrong: it must be the secret’s value, not its id'],
  [/AADSTS7000222/, 'the client secret has expired: make a new one for the app registration'],
  [/AADSTS700016/, 'check AZURE_CLIENT_ID, and that the app is registered in this tenant'],
  [/AADSTS90002/, 'check the tenant: `--tenant` or AZURE_TENANT_ID'],
  [
    /AADSTS70021|AADSTS700213/,
    'check the federated credential of the app: issuer, subject and audience must match',
  ],
  [/AADSTS65001/, 'an administrator must consent to the permission first'],
  [/AADSTS5300\d/, 'Conditional Access does not allow this way of signing in'],
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
  return known ?? `\`graph-overview doctor --auth ${method}\` looks into it`;
}

function timedOut(error: unknown): boolean {
  // The library aborts a request that takes too long, and says no more than that.
  return (
    error instanceof Error &&
    (/^(TimeoutError|AbortError)$/.test(error.name) || /timeout/i.test(error.message))
  );
}
