import type { AccessToken as IdentityToken, TokenCredential } from '@azure/identity';
import { CLOUDS } from '../catalog/clouds.ts';
import { proxyFailure } from '../graph/connection-failure.ts';
import { proxyOf, usesProxy } from '../graph/proxy.ts';
import { Failure } from '../outcome/errors.ts';
import { unlessAborted } from '../process/unless-aborted.ts';
import { isObject } from '../text/is-object.ts';
import { parseJson } from '../text/parse-json.ts';
import type { AccessToken } from './access-token.ts';
import { authorityOf, type SignInContext } from './context.ts';
import { identityHttpClient, UNUSED_PROXY } from './http-client.ts';
import type { AuthMethod } from './methods.ts';

export type Identity = typeof import('@azure/identity');

/** Retries of a request to the authority. With the library's default, an unreachable host is reported after six seconds. */
export const RETRIES = { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 };

/** Loads @azure/identity. It takes 0.1 s or more, so it is loaded only if a token has to be acquired. */
export function loadIdentity(): Promise<Identity> {
  return import('@azure/identity');
}

/**
 * Options for every credential that uses the authority, and an observer for the last failure, since the library's errors
 * do not have the cause.
 * @throws a `usage` Failure if the authority is reached through an unsupported proxy
 */
export function credentialOptions(context: SignInContext) {
  const { tenant, runtime } = context;
  const authorityHost = authorityOf(context);
  const proxy = proxyOf(runtime.env);
  if (proxy !== undefined) usesProxy(proxy, new URL(authorityHost));
  const { observed, policies, httpClient } = observe(context, {
    refused: (url) => foreignHost(url, authorityHost, runtime.env),
  });
  const options = {
    authorityHost,
    // The authority belongs to a known cloud or was set by the user, so no discovery is needed.
    disableInstanceDiscovery: true,
    retryOptions: RETRIES,
    additionalPolicies: policies,
    httpClient,
    proxyOptions: UNUSED_PROXY,
    ...(tenant === undefined ? {} : { tenantId: tenant }),
  };
  return { options, observed };
}

/** Hosts of Entra that the metadata of an authority may name: those of the clouds, an alias, and those of the regions. */
const ENTRA_HOSTS: ReadonlySet<string> = new Set([
  ...Object.values(CLOUDS).map(({ authority }) => authority),
  'login.partner.microsoftonline.cn',
  'login.microsoft.com',
]);
const ENTRA_REGIONS = '.login.microsoft.com';

/**
 * The Failure for a URL of another host than the authority, or without TLS. The authority names the URLs of its endpoints,
 * and secrets are sent there. The token service of Azure Pipelines is set by its own variable.
 * @param authority the URL of the authority
 * @returns undefined if secrets may be sent to the URL
 */
export function foreignHost(
  { protocol, host, origin }: URL,
  authority: string,
  { SYSTEM_OIDCREQUESTURI: pipelines = '' }: SignInContext['runtime']['env'],
): Failure | undefined {
  if (URL.canParse(pipelines) && new URL(pipelines).origin === origin) return undefined;
  const known = host === new URL(authority).host || ENTRA_HOSTS.has(host) || host.endsWith(ENTRA_REGIONS);
  if (known && protocol === 'https:') return undefined;
  return new Failure('network', `${authority} refers to ${origin}, to which no secret is sent`, {
    hint: 'the metadata of the authority names another server: check AZURE_AUTHORITY_HOST and the network',
  });
}

/**
 * An HTTP client over the transport of Graph, and a policy that conceals secrets and keeps the last failure.
 * @param direct whether to bypass the proxy, for a service on this machine or at a link-local address
 * @param refused returns the Failure for a URL to which nothing may be sent, and undefined for any other
 */
export function observe(
  context: SignInContext,
  {
    direct = false,
    refused = () => undefined,
  }: { readonly direct?: boolean; readonly refused?: (url: URL) => Failure | undefined } = {},
) {
  const { runtime, secrets } = context;
  const observed: Observed = {
    failure: undefined,
    refusal: undefined,
    pending: 0,
    blank: (text) => secrets.blank(text),
  };
  const policy = {
    name: 'graphOverview',
    async sendRequest(request: PolicyRequest, next: (request: PolicyRequest) => Promise<PolicyResponse>) {
      request.abortSignal = runtime.signal;
      observed.pending += 1;
      try {
        for (const secret of secretsIn(request.body)) secrets.conceal(secret);
        const response = await next(request);
        for (const secret of tokensIn(response.bodyAsText)) secrets.conceal(secret);
        observed.refusal = refusalIn(response);
        observed.failure = answerFailure(request, response);
        return response;
      } catch (error) {
        observed.refusal = undefined;
        throw error;
      } finally {
        observed.pending -= 1;
      }
    },
  };
  return {
    observed,
    policies: [{ position: 'perRetry' as const, policy: policy as never }],
    httpClient: identityHttpClient(
      context,
      direct,
      (failure) => {
        observed.failure = failure;
      },
      refused,
    ) as never,
  };
}

/** A failure for an answer that is not from the service, but from a proxy, a gateway or a portal. */
export function answerFailure(
  { url }: Pick<PolicyRequest, 'url'>,
  { status, bodyAsText }: PolicyResponse,
): Failure | undefined {
  const { origin } = new URL(url);
  // Only a proxy answers 407. The library returns its refusal of the tunnel as the answer.
  if (status === 407) return proxyFailure(origin, 407);
  if (parseJson(bodyAsText) !== undefined) return undefined;
  const body = bodyAsText.trim();
  const what =
    body === '' ? 'nothing' : /^<(?:!doctype|html)/i.test(body) ? 'an HTML page' : 'something else';
  return new Failure('network', `${origin} answered ${status} with ${what} instead of JSON`, {
    hint: 'a proxy or gateway may have answered instead: check HTTPS_PROXY and NO_PROXY',
  });
}

/** The parts of the library's HTTP pipeline that a policy uses. */
interface PolicyRequest {
  readonly url: string;
  readonly body?: unknown;
  abortSignal?: AbortSignal;
}

interface PolicyResponse {
  readonly status: number;
  readonly bodyAsText: string;
}

/** The result of the last exchange, which the errors of the library may not include. */
export interface Observed {
  /** Set if the service did not answer. */
  failure: Failure | undefined;
  /** The service's own message, such as `AADSTS90002: …`. */
  refusal: string | undefined;
  /** Number of pending requests. */
  pending: number;
  /** Replaces every secret with `***`. */
  readonly blank: (text: string) => string;
}

/** OAuth errors after which a client continues polling (RFC 8628, section 3.5). */
const PENDING = ['authorization_pending', 'slow_down'];

/** The message of an OAuth error, or its code; undefined for any other answer and for a pending device code. */
export function refusalIn({ status, bodyAsText }: PolicyResponse): string | undefined {
  if (status < 400) return undefined;
  const { error, error_description: description } = membersOf(bodyAsText);
  if (typeof error !== 'string' || PENDING.includes(error)) return undefined;
  return typeof description === 'string' && description !== '' ? description : error;
}

/** The secrets in the form data of a token request. */
const SENT = ['client_secret', 'client_assertion', 'assertion', 'refresh_token', 'password', 'code'];

function secretsIn(body: unknown): string[] {
  const form = new URLSearchParams(String(body));
  return SENT.flatMap((name) => form.getAll(name));
}

/** The secrets in the answer to a token request. */
const RECEIVED = ['access_token', 'refresh_token', 'id_token'];

function tokensIn(bodyAsText: string): string[] {
  const members = membersOf(bodyAsText);
  return RECEIVED.map((name) => members[name]).filter((value) => typeof value === 'string');
}

/** The members of a JSON object; an empty object for any other text. */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  return isObject(value) ? value : {};
}

/** One request for a token. */
export interface TokenRequest {
  readonly scope: string;
  /** Claims of a challenge, as JSON. */
  readonly claims: string | undefined;
}

/**
 * Acquires a token with a credential of the library.
 * @throws a Failure: `network` if the authority could not be reached, else `sign-in` with the reason on one line
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
  if (observed.failure !== undefined) {
    const { message, details } = observed.failure;
    return new Failure('network', `the sign-in service: ${message}`, details);
  }
  const refusal = observed.refusal === undefined ? undefined : observed.blank(observed.refusal);
  // The library's additions to a refusal, such as an OAuth error, are used for the hint only.
  const hint = hintFor([refusal, thrown].join('\n'), method);
  return new Failure('sign-in', refusalMessage(refusal ?? thrown), { hint, cause: error });
}

/** A refusal of the sign-in service on one line, with its AADSTS code. */
export function refusalMessage(refusal: string): string {
  const reason = reasonIn(refusal) || 'the sign-in failed without a reason';
  return UNKNOWN_TENANT.test(reason) ? `the sign-in service does not know the tenant: ${reason}` : reason;
}

/**
 * Codes of Entra for a tenant that does not exist or cannot be a tenant, from
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
 */
const UNKNOWN_TENANT = /AADSTS(?:50059|90002|900021|900023|90013)\b/;

/** The end of the message in Entra's answer. The rest is only for its logs. */
const END_OF_REASON = /Trace ID|Correlation ID|- Correlation|[\r\n]/;

/** The message in Entra's answer, or the first line of the library's message. */
function reasonIn(message: string): string {
  const [first = message] = message.slice(Math.max(0, message.search(/AADSTS\d+: /))).split(END_OF_REASON);
  return first.replaceAll(/ ?To troubleshoot, visit https:\S+/g, '').trim();
}

/** Hints for the most frequent refusals, by Entra's AADSTS codes. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/AADSTS7000215/, 'AZURE_CLIENT_SECRET is wrong: it must be the secret’s value, not its id'],
  [/AADSTS7000222/, 'the client secret has expired: create a new one in the app registration'],
  [/AADSTS700016/, 'check AZURE_CLIENT_ID, and that the app is registered in this tenant'],
  [UNKNOWN_TENANT, 'check the tenant: `--tenant` or AZURE_TENANT_ID'],
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
  [/expired_token|device_code_expired|AADSTS70020\b/, 'the code was not entered in time: try again'],
];

function hintFor(message: string, method: AuthMethod): string {
  return knownHint(message) ?? `run \`graph-overview doctor --auth ${method}\` for details`;
}

/** The hint for a refusal; undefined if it is unknown. */
export function knownHint(message: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(message))?.[1];
}
