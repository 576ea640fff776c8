import { isTooDeep } from '../text/json-depth.ts';
import { parseJson } from '../text/parse-json.ts';
import { describeBody } from './page.ts';
import type { Incoming } from './transport.ts';

/** The content of an error body of any shape. */
export interface Reason {
  readonly code: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
  /** Whether it is an error of Intune, so that Graph itself has accepted the token. */
  readonly byIntune: boolean;
  /** Whether the body is JSON, but not an error of Graph or Intune. */
  readonly foreign: boolean;
}

/** Maximum number of nested errors, which are objects or JSON in a message. */
const MAX_LEVELS = 10;

/** The address of Intune's front end in its messages, and its realm in a challenge. */
const INTUNE = /https:\/\/fef\.[\w-]+\.manage\.microsoft\.|urn:intune:service/i;

/** Reads an error body of Graph, Intune, a gateway, or the sign-in service. */
export function reasonOf(incoming: Incoming): Reason {
  const { text: body, headers } = incoming;
  const byIntune = INTUNE.test(body) || INTUNE.test(headers['www-authenticate'] ?? '');
  const json = parse(body);
  const own = member(json, 'error');
  const error = own === undefined ? member(json, 'odata.error') : own;
  if (typeof error === 'string') {
    // Gateways and the sign-in service answer {"error":"code","error_description":"text"}.
    const message = text(member(json, 'error_description'));
    return { code: error, message, requestId: undefined, byIntune, foreign: false };
  }
  if (error === undefined) {
    const intune = isOfIntune(json) ? intuneMessage(json) : undefined;
    const foreign = json !== undefined && intune === undefined;
    const inWords = `${foreign ? '' : 'answered '}${incoming.status} with ${describeBody(incoming)}`;
    const code = text(member(json, 'ErrorCode')) || undefined;
    return {
      code,
      message: intune ?? (body.trim() === '' ? '' : inWords),
      requestId: undefined,
      byIntune,
      foreign,
    };
  }
  const levels = levelsOf(error);
  const said = firstText(levels, 'message') ?? '';
  const inWords = levels
    .map((level) => intuneMessage(member(level, 'message')))
    .find((words) => words !== '');
  return {
    code: firstText(levels, 'code'),
    message: inWords ?? (EMPTY_JSON.test(said) ? '' : said),
    requestId: firstText(levels, 'request-id'),
    byIntune,
    foreign: false,
  };
}

/** A message that is empty JSON. */
const EMPTY_JSON = /^(?:\{\s*\}|\[\s*\]|null)$/;

/** The member of a nested error, in the letter case of Graph and of older services. */
const INNER = ['innerError', 'innererror', 'InnerError'] as const;

/** Whether a body has a member that is specific to Intune; other services have a `message`, too. */
function isOfIntune(json: unknown): boolean {
  return ['Message', 'ErrorCode', '_version'].some((name) => member(json, name) !== undefined);
}

/** An error and its nested errors, or the first of its details, from the outermost to the innermost. */
function levelsOf(error: unknown): unknown[] {
  const levels: unknown[] = [];
  for (let level = error; levels.length < MAX_LEVELS; ) {
    levels.push(level);
    const [detail] = [member(level, 'details')].flat();
    level = INNER.map((name) => member(level, name)).find((inner) => inner !== undefined) ?? detail;
  }
  return levels;
}

/** The text of a member at the outermost level that has it. */
function firstText(levels: readonly unknown[], name: string): string | undefined {
  return levels.map((level) => text(member(level, name))).find((said) => said !== '');
}

/**
 * The message of Intune. It is JSON in the message of an error, nested in several levels, sometimes as a string in a string
 * or after some text. The innermost `Message` has ids and a URL after the sentence.
 * @param said a string, which may be JSON, or parsed JSON
 * @returns empty if the JSON has no message
 */
function intuneMessage(said: unknown): string {
  let words = '';
  let phrase = '';
  let code = '';
  let level = said;
  for (let depth = 0; depth < MAX_LEVELS; depth += 1) {
    if (typeof level === 'string') {
      const inside = jsonIn(level);
      if (inside === undefined) words = level;
      level = inside;
    } else {
      phrase = text(member(level, 'CustomApiErrorPhrase')) || phrase;
      code = text(member(level, 'ErrorCode')) || code;
      level = MESSAGE_MEMBERS.map((name) => member(level, name)).find((inside) => inside !== undefined);
    }
  }
  const sentence = words.replace(/ - (?:Operation ID|Activity ID|Url)\b.*/s, '').trim() || code;
  const activity = /Activity ID: ([\da-f-]{1,36})/i.exec(words)?.[1];
  return [sentence, phrase && `(${phrase})`, activity && `[activity id ${activity}]`]
    .filter(Boolean)
    .join(' ');
}

/** The members with the next level. `value` is that of a message with a language. */
const MESSAGE_MEMBERS = ['Message', 'message', 'error', 'odata.error', 'value'] as const;

/** The JSON of a text that is JSON or that ends with JSON; undefined for plain text. */
function jsonIn(words: string): unknown {
  const whole = parse(words);
  if (typeof whole === 'object' || typeof whole === 'string') return whole;
  const brace = words.indexOf('{');
  return brace < 1 ? undefined : parse(words.slice(brace));
}

function parse(json: string): unknown {
  return isTooDeep(json) ? undefined : parseJson(json.replace(/^\ufeff/, ''));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
