import { isTooDeep } from '../text/json-depth.ts';
import { bodyInWords } from './page.ts';
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

const LENGTH_OF_GUID = 36;

/** The address of Intune's front end in its messages, and its realm in a challenge. */
const INTUNE = /https:\/\/fef\.[\w-]{1,63}\.manage\.microsoft\.|urn:intune:service/i;

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
    const intune = isOfIntune(json) ? wordsOf(json) : undefined;
    const foreign = json !== undefined && intune === undefined;
    const inWords = `${foreign ? '' : 'answered '}${incoming.status} with ${bodyInWords(incoming)}`;
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
  const inWords = levels.map((level) => wordsOf(member(level, 'message'))).find((words) => words !== '');
  return {
    code: firstText(levels, 'code'),
    message: inWords ?? (EMPTY_JSON.test(said) ? '' : said),
    requestId: firstText(levels, 'request-id'),
    byIntune,
    foreign: false,
  };
}

/** A message that is JSON and says nothing. */
const EMPTY_JSON = /^(?:\{\s*\}|\[\s*\]|null)$/;

/** Graph's own and older services' letter case. */
const INNER = ['innerError', 'innererror', 'InnerError'] as const;

/** What stands around Intune's words where it answers by itself; a `message` alone is any service's. */
function isOfIntune(json: unknown): boolean {
  return ['Message', 'ErrorCode', '_version'].some((name) => member(json, name) !== undefined);
}

/** An error and those inside it, or the first of its details, outermost first. */
function levelsOf(error: unknown): unknown[] {
  const levels: unknown[] = [];
  for (let level = error; level !== undefined && levels.length < MAX_LEVELS; ) {
    levels.push(level);
    const [detail] = [member(level, 'details')].flat();
    level = INNER.map((name) => member(level, name)).find((inner) => inner !== undefined) ?? detail;
  }
  return levels;
}

/** The text of the outermost level that has one. */
function firstText(levels: readonly unknown[], name: string): string | undefined {
  return levels.map((level) => text(member(level, name))).find((said) => said !== '');
}

/**
 * The message of Intune, which is in JSON within a message, at several levels, also as a string in a string or after some
 * text. Its innermost `Message` has ids and a URL after the sentence.
 * @param said a string, which may be JSON, or parsed JSON
 * @returns empty if the JSON has no message
 */
function wordsOf(said: unknown): string {
  let words = '';
  let phrase = '';
  let code = '';
  let level = said;
  for (let depth = 0; depth < MAX_LEVELS && level !== undefined && level !== null; depth += 1) {
    if (typeof level === 'string') {
      const inside = jsonIn(level);
      if (inside === undefined) words = level.trim() === '' ? code || words : level;
      level = inside;
    } else {
      phrase = text(member(level, 'CustomApiErrorPhrase')) || phrase;
      code = text(member(level, 'ErrorCode')) || code;
      level = WORDS.map((name) => member(level, name)).find((inside) => inside !== undefined);
      words ||= typeof level === 'string' ? '' : code;
    }
  }
  const [sentence = ''] = words.split(/ - (?:Operation ID|Activity ID|Url)\b/);
  const activity = /Activity ID: ([\da-f-]+)/i.exec(words)?.[1]?.slice(0, LENGTH_OF_GUID);
  return [sentence.trim(), phrase && `(${phrase})`, activity && `[activity id ${activity}]`]
    .filter(Boolean)
    .join(' ');
}

/** Where the next level is; `value` is that of a message with a language. */
const WORDS = ['Message', 'message', 'error', 'odata.error', 'value'] as const;

/** The JSON that a text is, or that follows its first words; undefined where it is plain words. */
function jsonIn(words: string): unknown {
  const whole = parse(words);
  if (typeof whole === 'object' || typeof whole === 'string') return whole;
  const brace = words.indexOf('{');
  return brace < 1 ? undefined : parse(words.slice(brace));
}

function parse(json: string): unknown {
  if (isTooDeep(json)) return undefined;
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
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
