import { PERMISSIONS } from '../catalog/permissions.ts';
import { Failure, type FailureDetails, type FailureKind, type Written } from '../outcome/errors.ts';
import { isTooDeep } from '../text/json-depth.ts';
import { claimsChallenge } from './challenge.ts';
import { clockSkew, MAX_CLOCK_SKEW, skewText } from './clock-skew.ts';
import type { Incoming, Outgoing } from './transport.ts';

/** What an error body says, whatever its shape. */
interface Reason {
  readonly code: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

/** What is known about a request besides its answer. */
export interface AnswerContext {
  /** When the answer came, in milliseconds since the epoch; undefined: the clock is not compared with its `Date`. */
  readonly now?: number;
  /** Whether the token was new, acquired for a claims challenge of the same request. */
  readonly challenged?: boolean;
}

/** Words of Graph and Intune for a path they do not know. Only these two are told by text: their code is BadRequest. */
const UNKNOWN_ROUTE =
  /Resource not found for the segment|No OData route exists that match template|No method match route template/i;

/** Errors nest a few levels deep; what goes on for longer says nothing more. */
const MAX_LEVELS = 10;

/** A page has its title here, in characters; searching more of a hostile one takes for ever. */
const HEAD_OF_PAGE = 4_096;

/** A title is cut here, in characters. */
const MOST_TITLE = 120;

/** More of a service's words than this, in characters, would only bury the others. */
const MOST_WORDS = 2_000;

const LENGTH_OF_GUID = 36;

/** Longer than this no code and no id of Graph is. */
const MOST_ID = 200;

/**
 * Turns an answer that is no success into the one message of it.
 */
export function answerFailure(
  outgoing: Outgoing,
  incoming: Incoming,
  { now, challenged = false }: AnswerContext = {},
): Failure {
  const { status } = incoming;
  if (status >= 300 && status < 400) return redirectFailure(incoming, detailsOf(outgoing, incoming));
  const reason = reasonOf(incoming);
  const details = { ...detailsOf(outgoing, incoming, reason), code: reason.code?.slice(0, MOST_ID) };
  const kind = kindOf(status, reason);
  if (challenged && claimsChallenge(incoming) !== undefined) return conditionalAccessFailure(reason, details);
  const what = reason.message === '' ? `${status} without a message` : shortened(reason.message);
  return new Failure(kind, `${subjectOf(kind, status)}: ${what}`, {
    ...details,
    hint:
      (kind === 'sign-in' ? clockHint(incoming, now) : undefined) ?? hintOf(kind, outgoing, reason, status),
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

/** Whether a body is an error of Graph or of a gateway, whatever status it came with: some answer 200 with one. */
export function isErrorBody(json: unknown): boolean {
  const error = typeof json === 'object' && json !== null && !Array.isArray(json) && member(json, 'error');
  return (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '');
}

/** An answer with a status of success whose body cannot be used. */
export function unusableAnswer(outgoing: Outgoing, incoming: Incoming, what: string): Failure {
  const stored = outgoing.method === 'GET' ? '' : '; the change may have been stored';
  return new Failure('graph', `the service answered ${incoming.status} with ${what}${stored}`, {
    ...detailsOf(outgoing, incoming),
    hint: outgoing.method === 'GET' ? 'check the endpoint' : 'look with `graph-overview get`',
  });
}

/** The first words of a body that should have been JSON. */
export function bodyInWords(incoming: Incoming): string {
  if (incoming.text.trim() === '') return 'an empty body';
  if (isHtml(incoming)) return `an HTML page${titleOf(incoming.text)}`;
  return `a body that is not JSON: ${JSON.stringify(incoming.text.slice(0, 80))}`;
}

/**
 * Whether a write may have been stored that was answered like this. A gateway (502, 504) or a server that failed (500)
 * says nothing about it; every other refusal is one before storing.
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
    requestId: (incoming.headers['request-id'] || reason?.requestId)?.slice(0, MOST_ID),
    clientRequestId: outgoing.headers['client-request-id'],
  };
}

function kindOf(status: number, reason: Reason): FailureKind {
  if (status === 401) return 'sign-in';
  if (status === 403) return 'permission';
  if (status === 404 || UNKNOWN_ROUTE.test(reason.message)) return 'not-found';
  if ([429, 502, 503, 504].includes(status)) return 'throttled';
  return 'graph';
}

function subjectOf(kind: FailureKind, status: number): string {
  switch (kind) {
    case 'sign-in':
      return 'Graph does not accept the sign-in';
    case 'permission':
      return 'Graph does not permit this';
    case 'not-found':
      return 'Graph does not have it';
    case 'throttled':
      return status === 429 ? 'Graph is throttling' : 'Graph is unavailable';
    default:
      return 'Graph refused';
  }
}

function hintOf(kind: FailureKind, outgoing: Outgoing, reason: Reason, status: number): string | undefined {
  switch (kind) {
    case 'sign-in':
      if (/\bexpired\b/i.test(reason.message)) {
        return 'the token has expired: sign in again, or set GRAPH_TOKEN to a new token';
      }
      return 'the token is wrong, expired or meant for another cloud: sign in again; `graph-overview doctor` looks into it';
    case 'permission':
      return permissionHint(outgoing);
    case 'not-found':
      return UNKNOWN_ROUTE.test(reason.message)
        ? 'this service does not have that route; `graph-overview routes` lists those with a cast'
        : 'check the id with `graph-overview list`, and that `--via` fits the type of the configuration';
    case 'throttled':
      return 'wait a while, then try again';
    default:
      return status >= 500 ? 'try again later; the request id helps Microsoft’s support' : undefined;
  }
}

function permissionHint({ method }: Outgoing): string {
  const needed = method === 'GET' ? PERMISSIONS.read : PERMISSIONS.write;
  return `the sign-in needs the permission ${needed}, granted by an administrator; \`graph-overview doctor\` looks into it`;
}

function redirectFailure(incoming: Incoming, details: FailureDetails): Failure {
  const location = shortened(incoming.headers.location ?? 'nowhere');
  return new Failure(
    'graph',
    `the service answered ${incoming.status} and points to ${location}; not followed`,
    {
      ...details,
      hint: 'a token goes to no other host; if the service has moved, give its address with `--endpoint`',
    },
  );
}

function reasonOf(incoming: Incoming): Reason {
  const body = parse(incoming.text);
  const error = member(body, 'error');
  if (typeof error === 'string') {
    // Gateways and the sign-in service answer {"error":"code","error_description":"text"}.
    return { code: error, message: text(member(body, 'error_description')), requestId: undefined };
  }
  if (error === undefined) {
    const message =
      incoming.text.trim() === '' ? '' : `answered ${incoming.status} with ${bodyInWords(incoming)}`;
    return { code: undefined, message: text(member(body, 'Message')) || message, requestId: undefined };
  }
  const levels = levelsOf(error);
  return {
    code: firstText(levels, 'code'),
    message: intuneMessage(firstText(levels, 'message') ?? ''),
    requestId: firstText(levels, 'request-id'),
  };
}

/** An error and those inside it, outermost first. */
function levelsOf(error: unknown): unknown[] {
  const levels: unknown[] = [];
  for (let level = error; level !== undefined && levels.length < MAX_LEVELS; ) {
    levels.push(level);
    level = member(level, 'innerError') ?? member(level, 'innererror');
  }
  return levels;
}

/** What the outermost level that says anything says. */
function firstText(levels: readonly unknown[], name: string): string | undefined {
  return levels.map((level) => text(member(level, name))).find((said) => said !== '');
}

/** Intune puts JSON into `message`, whose own `Message` carries ids and a URL after the words that matter. */
function intuneMessage(message: string): string {
  const words = text(member(parse(message), 'Message')) || message;
  const phrase = text(member(parse(message), 'CustomApiErrorPhrase'));
  const [sentence = ''] = words.split(/ - (?:Operation ID|Activity ID|Url)\b/);
  const activity = /Activity ID: ([\da-f-]+)/i.exec(words)?.[1]?.slice(0, LENGTH_OF_GUID);
  return [sentence.trim(), phrase && `(${phrase})`, activity && `[activity id ${activity}]`]
    .filter(Boolean)
    .join(' ');
}

function parse(json: string): unknown {
  if (isTooDeep(json)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function shortened(words: string): string {
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS).toWellFormed()}…` : words;
}

function isHtml({ headers, text }: Incoming): boolean {
  return (headers['content-type'] ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(text);
}

function titleOf(html: string): string {
  const title = /<title[^<>]*>([^<]+)/i.exec(html.slice(0, HEAD_OF_PAGE))?.[1]?.slice(0, MOST_TITLE).trim();
  return title === undefined || title === '' ? '' : ` (${title})`;
}
