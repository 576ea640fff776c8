import { blankEscaped } from '../text/escaped-text.ts';
import type { Runtime } from './runtime.ts';

/** Variables of the environment whose values must never be shown. */
const SECRET_VARIABLES = [
  'AZURE_CLIENT_SECRET',
  'SYSTEM_ACCESSTOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'IDENTITY_HEADER',
  'MSI_SECRET',
] as const;

/** Passwords that people choose, and that are sent neither to Graph nor by it: only messages may hold them. */
const PASSWORD_VARIABLES = ['AZURE_CLIENT_CERTIFICATE_PASSWORD', 'AZURE_PASSWORD'] as const;

/** Variables that hold a URL which may carry a password. */
const URL_VARIABLES = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
] as const;

/** Shorter than this nothing is a secret, and blanking it would only spoil words. */
const SHORTEST = 4;

/** The same in data, where a name or a date that is blanked is a wrong answer: no service issues a shorter token. */
const SHORTEST_IN_DATA = 8;

/** Up to this length, letters alone may be a word of the service, and digits a number or a date. */
const LONGEST_WORD = 20;

/** What the embedded Graph, and any rehearsal on loopback, takes for a token. It is no secret. */
export const LOCAL_TOKEN = 'local';

/** The secrets of a run, so that whatever is read from a service and whatever is written can be blanked of them. */
export class Secrets {
  /** Every form of every secret, the longest first: a secret may be a part of another. */
  #inMessages: readonly string[] = [];
  #inData: readonly string[] = [];
  /** The same without the forms that could span two strings of JSON. */
  #inJson: readonly string[] = [];

  constructor(env: Runtime['env']) {
    this.conceal((env.GRAPH_TOKEN ?? '').trim().replace(/^Bearer\s+/i, ''));
    for (const name of SECRET_VARIABLES) this.conceal(env[name] ?? '');
    for (const name of PASSWORD_VARIABLES) this.#concealInMessages(env[name] ?? '');
    for (const name of URL_VARIABLES) this.#concealPassword(env[name] ?? '');
  }

  /** From now on this text is blanked, also where it is escaped as in JSON or a URL. */
  conceal(secret: string): void {
    const trimmed = secret.trim();
    this.#concealInMessages(secret);
    if (!isTellingInData(trimmed)) return;
    this.#inData = longestFirst([...this.#inData, ...formsOf(trimmed)]);
    this.#inJson = this.#inData.filter((form) => !/(?:^|[^\\])"/.test(form));
  }

  /** The text with `***` in place of every secret. For messages: in data, a short secret may be a word like any other. */
  blank(text: string): string {
    return blanked(text, this.#inMessages);
  }

  /**
   * Data with `***` in place of every secret that cannot be a word, a number or a date. JSON stays JSON, and keeps its
   * numbers.
   */
  blankData(text: string): string {
    return blanked(text, this.#inJson);
  }

  /**
   * What a service answered, before anything is made of it: text that is cut, or escaped in another way, can no longer be
   * searched. Secrets are found where JSON escapes hide them as well.
   */
  blankAnswer(text: string): string {
    if (this.#inData.length === 0) return text;
    return blankEscaped(this.blankData(text), (string) => blanked(string, this.#inData));
  }

  #concealInMessages(secret: string): void {
    const trimmed = secret.trim();
    if (trimmed.length < SHORTEST || trimmed === LOCAL_TOKEN) return;
    this.#inMessages = longestFirst([...this.#inMessages, secret, ...formsOf(trimmed)]);
  }

  #concealPassword(url: string): void {
    const whole = url.includes('://') ? url : `http://${url}`;
    if (!URL.canParse(whole)) {
      this.#concealInMessages(url);
      return;
    }
    const { password } = new URL(whole);
    this.#concealInMessages(password);
    try {
      this.#concealInMessages(decodeURIComponent(password));
    } catch {
      // A percent sign that escapes nothing: there is no other form.
    }
  }
}

/** As it is, and as JSON and URLs write it. */
function formsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}

function longestFirst(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

function blanked(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, '***') : rest), text);
}

/** Whether it can stand in data for nothing but itself. */
function isTellingInData(secret: string): boolean {
  if (secret.length < SHORTEST_IN_DATA) return false;
  return secret.length > LONGEST_WORD ? !/^[\d.+-]+$/.test(secret) : !/^(?:[a-z]+|[\d.:+-]+)$/i.test(secret);
}
