import { type Access, PERMISSIONS } from '../catalog/permissions.ts';
import { Failure, type FailureDetails, type FailureKind, type Written } from '../outcome/errors.ts';
import { claimsChallenge } from './challenge.ts';
import { clockSkew, MAX_CLOCK_SKEW, skewText } from './clock-skew.ts';
import { describeBody, isFromGateway } from './page.ts';
import { type Reason, reasonOf } from './reason.ts';
import type { Incoming, Outgoing } from './transport.ts';

/** Whether a bearer token has the permission for an access by its claims; false if it has no permission claims. */
export type Holds = (token: string, access: Access) => boolean;

/** Context of a request besides its answer. */
export interface AnswerContext {
  /** Time of the answer in milliseconds since the epoch; undefined: the clock is not compared with its `Date`. */
  readonly now?: number;
  /** Whether the token was new, acquired for a claims challenge of the same request. */
  readonly challenged?: boolean;
  /** Whether the token that was sent has a permission, so that a refusal has another reason. */
  readonly holds?: Holds | undefined;
}

/** Messages of Graph and Intune for an unknown path. They are recognized by text, since their code is BadRequest. */
const UNKNOWN_ROUTE =
  /Resource not found for the segment|No OData route exists that match template|No method match route template/i;

/** Messages of Intune for a tenant without Intune; their code is BadRequest too. */
const NO_INTUNE = /Request not applicable to target tenant/i;

/** Statuses for a write refused because of another one: a conflict, an outdated version, a lock, a failed dependency. */
const CHANGED_OR_LOCKED: readonly number[] = [409, 412, 423, 424];

/** Maximum length of a service's message, in characters. */
const MAX_MESSAGE = 2_000;

/** Maximum length of a code or id of Graph. */
const MAX_ID = 200;

/** Creates the Failure for an error answer. */
export function answerFailure(
  outgoing: Outgoing,
  incoming: Incoming,
  { now, challenged, holds }: AnswerContext = {},
): Failure {
  const { status } = incoming;
  if (status >= 300 && status < 400) return redirectFailure(incoming, detailsOf(outgoing, incoming));
  if (isFromGateway(incoming)) return gatewayFailure(outgoing, incoming);
  const reason = reasonOf(incoming);
  const details = { ...detailsOf(outgoing, incoming, reason), code: reason.code?.slice(0, MAX_ID) };
  const refusal: Refusal = { status, reason, held: holds?.(bearerOf(outgoing), accessOf(outgoing)) === true };
  const kind = kindOf(refusal);
  if (challenged && claimsChallenge(incoming) !== undefined) return conditionalAccessFailure(reason, details);
  const what = reason.message === '' ? `${status} without a message` : shortened(reason.message);
  return new Failure(kind, `${subjectOf(kind, outgoing, refusal)}: ${what}`, {
    ...details,
    hint: (kind === 'sign-in' ? clockHint(incoming, now) : undefined) ?? hintOf(kind, outgoing, refusal),
  });
}

/** A refusal, with what is known of the token. */
interface Refusal {
  readonly status: number;
  readonly reason: Reason;
  /** Whether the token that was sent has the permission. */
  readonly held: boolean;
}

function gatewayFailure(outgoing: Outgoing, incoming: Incoming): Failure {
  const { status } = incoming;
  const what = `${status} with ${describeBody(incoming)}`;
  return new Failure('network', `a proxy or gateway answered instead of Graph: ${shortened(what)}`, {
    ...detailsOf(outgoing, incoming),
    connection: 'proxy',
    hint:
      status === 407
        ? 'the proxy requires a user name and a password: set them in HTTPS_PROXY; run `graph-overview doctor` for details'
        : 'check the endpoint, and that the network allows requests to it; run `graph-overview doctor` for details',
  });
}

function conditionalAccessFailure(reason: Reason, details: FailureDetails): Failure {
  const said = reason.message === '' ? '' : ` (${shortened(reason.message)})`;
  return new Failure('sign-in', `Graph challenges the new token as well${said}`, {
    ...details,
    hint: 'a Conditional Access policy of the tenant is not met: sign in from a device and a network that it allows, or ask an administrator',
  });
}

/** A wrong clock makes a valid token look expired or not yet valid. */
function clockHint({ headers }: Incoming, now: number | undefined): string | undefined {
  const skew = now === undefined ? undefined : clockSkew(headers.date, now);
  if (skew === undefined || Math.abs(skew) <= MAX_CLOCK_SKEW) return undefined;
  return `${skewText(skew)}: set the clock, then sign in again`;
}

/** Whether a body is an error of Graph or of a gateway. Some answer 200 with one. */
export function isErrorBody(json: unknown): boolean {
  const error = (json as { readonly error?: unknown } | null | undefined)?.error;
  return (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '');
}

/** A failure for a successful status with an invalid body. */
export function unusableAnswer(outgoing: Outgoing, incoming: Incoming, what: string): Failure {
  if (isFromGateway(incoming)) return gatewayFailure(outgoing, incoming);
  const stored = outgoing.method === 'GET' ? '' : '; the change may have been stored';
  return new Failure('graph', `the service answered ${incoming.status} with ${what}${stored}`, {
    ...detailsOf(outgoing, incoming),
    hint: outgoing.method === 'GET' ? 'check the endpoint' : 'check with `graph-overview get`',
  });
}

/**
 * Whether a write with this answer may have been stored. After 500, 502 and 504 it is unknown; every other refusal happens
 * before storing.
 */
function writtenBy({ method }: Outgoing, { status }: Incoming): Written | undefined {
  if (method === 'GET') return undefined;
  const refused = (status >= 300 && status < 500) || status === 501 || status === 503;
  return refused ? 'no' : 'unknown';
}

function detailsOf(outgoing: Outgoing, incoming: Incoming, reason?: Reason): FailureDetails {
  return {
    written: writtenBy(outgoing, incoming),
    status: incoming.status,
    requestId: (incoming.headers['request-id'] || reason?.requestId)?.slice(0, MAX_ID),
    clientRequestId: outgoing.headers['client-request-id'],
  };
}

function kindOf({ status, reason, held }: Refusal): FailureKind {
  // Graph accepted the token before Intune refused it, so signing in again with the same account would not help.
  if (status === 401) return held && reason.byIntune ? 'permission' : 'sign-in';
  if (status === 403) return 'permission';
  if (status === 404 || UNKNOWN_ROUTE.test(reason.message)) return 'not-found';
  if ([429, 502, 503, 504].includes(status)) return 'throttled';
  return 'graph';
}

function subjectOf(kind: FailureKind, outgoing: Outgoing, { status, reason }: Refusal): string {
  const who = reason.byIntune ? 'Intune' : 'Graph';
  if (reason.foreign) return 'the answer is not from Graph';
  if (NO_INTUNE.test(reason.message)) return 'the tenant does not use Intune';
  switch (kind) {
    case 'sign-in':
      return `${who} does not accept the sign-in`;
    case 'permission':
      return `${who} does not permit this`;
    case 'not-found':
      return 'not found';
    case 'throttled':
      return status === 429 ? `${who} is throttling` : `${who} is unavailable`;
    default:
      return isChangedOrLocked(outgoing, status) ? `${who} reports a conflict or a lock` : `${who} refused`;
  }
}

function hintOf(
  kind: FailureKind,
  outgoing: Outgoing,
  { status, reason, held }: Refusal,
): string | undefined {
  if (reason.foreign) return 'check the endpoint: a proxy, a gateway or another service may have answered';
  if (NO_INTUNE.test(reason.message))
    return 'the tenant has no Intune licence, or its MDM authority is not set: ask an administrator of the tenant';
  switch (kind) {
    case 'sign-in':
      if (reason.byIntune) return `Graph accepted the token and Intune did not: ${lackingInIntune(outgoing)}`;
      if (/\bexpired\b/i.test(reason.message)) {
        return 'the token has expired: sign in again, or set GRAPH_TOKEN to a new token';
      }
      return 'the token is wrong, expired or meant for another cloud: sign in again; run `graph-overview doctor` for details';
    case 'permission':
      return permissionHint(outgoing, reason.byIntune, held);
    case 'not-found':
      return UNKNOWN_ROUTE.test(reason.message)
        ? 'this service does not have this route; `graph-overview routes` lists the routes'
        : 'check the id with `graph-overview list`, and that `--via` fits the type of the configuration; policies of the Settings Catalog are not device configurations';
    case 'throttled':
      return 'wait a while, then try again';
    default:
      if (isChangedOrLocked(outgoing, status))
        return 'another change is pending or was made first: check with `graph-overview get`, then try again';
      return status >= 500 ? 'try again later; the request id helps Microsoft’s support' : undefined;
  }
}

function isChangedOrLocked({ method }: Outgoing, status: number): boolean {
  return method === 'PATCH' && CHANGED_OR_LOCKED.includes(status);
}

function permissionHint(outgoing: Outgoing, byIntune: boolean, held: boolean): string {
  const needed = PERMISSIONS[accessOf(outgoing)];
  if (held) return `the token holds the permission that this needs: ${IN_INTUNE}`;
  if (byIntune)
    return `Intune refused, not Graph: ${lackingInIntune(outgoing)}; \`graph-overview doctor\` checks the token`;
  return `the sign-in needs the permission ${needed}, granted by an administrator; run \`graph-overview doctor\` for details`;
}

/** What the account may lack besides the permission of the token. */
const IN_INTUNE =
  'the account lacks an Intune role for device configurations, the scope tag of this one, or an Intune licence';

/** What the account or the token may lack, if the permissions of the token are unknown. */
function lackingInIntune(outgoing: Outgoing): string {
  return `${IN_INTUNE}; or the token lacks the permission ${PERMISSIONS[accessOf(outgoing)]}`;
}

/** The access that a request needs. A batch request itself needs none; its items are evaluated separately. */
function accessOf({ method }: Outgoing): Access {
  return method === 'PATCH' ? 'write' : 'read';
}

function bearerOf({ headers }: Outgoing): string {
  return (headers.Authorization ?? '').replace(/^Bearer /, '');
}

function redirectFailure(incoming: Incoming, details: FailureDetails): Failure {
  const location = shortened(incoming.headers.location ?? 'no location');
  return new Failure(
    'graph',
    `the service answered ${incoming.status} with a redirect to ${location}, which is not followed`,
    {
      ...details,
      hint: 'a token is not sent to another host; if the service has moved, set its address with `--endpoint`',
    },
  );
}

function shortened(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE).toWellFormed()}…` : text;
}
