import { isTooDeep } from '../text/json-depth.ts';
import { bodyInWords } from './page.ts';
import type { Incoming } from './transport.ts';

/** What an error body says, whatever its shape. */
export interface Reason {
  readonly code: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
  /** Intune answered, by way of Graph: Graph itself has accepted the token. */
  readonly byIntune: boolean;
  /** The body is JSON, but no error of Graph or Intune. */
  readonly foreign: boolean;
}

/** Errors nest a few levels deep, inside each other and as JSON inside a message; what goes on for longer says nothing more. */
const MAX_LEVELS = 10;

const LENGTH_OF_GUID = 36;

/** The address of Intune's own front end, in its words, and its realm in a challenge. */
const INTUNE = /https:\/\/fef\.[\w-]{1,63}\.manage\.microsoft\.|urn:intune:service/i;

/** Reads an error body of Graph, Intune, a gateway, or the sign-in service. */
export function reasonOf(incoming: Incoming): Reason {
  const { text: body, headers } = incoming;
  const byIntune = INTUNE.test(body) || INTUNE.test(headers['www-authenticate'] ?? '');
  const json = parse(body);
  const error = member(json, 'error');
  if (typeof error === 'string') {
    // Gateways and the sign-in service answer {"error":"code","error_description":"text"}.
    const message = text(member(json, 'error_description'));
    return { code: error, message, requestId: undefined, byIntune, foreign: false };
  }
  if (error === undefined) {
    const intune = wordsOf(json);
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
  return {
    code: firstText(levels, 'code'),
    message: wordsOf(said) ?? said,
    requestId: firstText(levels, 'request-id'),
    byIntune,
    foreign: false,
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

/**
 * The words of Intune: it puts JSON into a message, at several levels, whose innermost `Message` carries ids and a URL
 * after the words that matter.
 * @param said a text, which may be JSON, or JSON that was read
 * @returns undefined where there is none
 */
function wordsOf(said: unknown): string | undefined {
  let words = typeof said === 'string' ? said : undefined;
  let phrase = '';
  let code = '';
  let level = typeof said === 'string' ? parse(said) : said;
  for (let depth = 0; depth < MAX_LEVELS && typeof level === 'object' && level !== null; depth += 1) {
    phrase = text(member(level, 'CustomApiErrorPhrase')) || phrase;
    code = text(member(level, 'ErrorCode')) || code;
    const inside = member(level, 'Message') ?? member(level, 'message') ?? member(level, 'error');
    if (typeof inside === 'string') words = inside.trim() === '' ? code || words : inside;
    level = typeof inside === 'string' ? parse(inside) : inside;
  }
  if (words === undefined) return undefined;
  const [sentence = ''] = words.split(/ - (?:Operation ID|Activity ID|Url)\b/);
  const activity = /Activity ID: ([\da-f-]+)/i.exec(words)?.[1]?.slice(0, LENGTH_OF_GUID);
  return [sentence.trim(), phrase && `(${phrase})`, activity && `[activity id ${activity}]`]
    .filter(Boolean)
    .join(' ');
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
