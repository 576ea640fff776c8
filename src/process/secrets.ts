import { blankEscaped } from '../text/escaped-text.ts';
import type { Runtime } from './runtime.ts';

/** Environment variables whose values must never be shown. */
const SECRET_VARIABLES = [
  'AZURE_CLIENT_SECRET',
  'SYSTEM_ACCESSTOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'IDENTITY_HEADER',
  'MSI_SECRET',
] as const;

/** Passwords chosen by people. They are not exchanged with Graph, so they can only be in messages, not in data. */
const PASSWORD_VARIABLES = ['AZURE_CLIENT_CERTIFICATE_PASSWORD', 'AZURE_PASSWORD'] as const;

/** Variables with a URL that may contain a password. */
const URL_VARIABLES = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
] as const;

/** Minimum length of a secret in messages. Blanking shorter text would make messages unreadable. */
const MIN_LENGTH = 4;

/** Minimum length in data, where blanking a name or a date would make the output wrong. No service issues shorter tokens. */
const MIN_LENGTH_IN_DATA = 8;

/** Up to this length, letters may be a word of the service, and digits a number or a date. */
const MAX_WORD_LENGTH = 20;

/** The token for the mock Graph and other rehearsals on loopback. It is not a secret. */
export const LOCAL_TOKEN = 'local';

/** The secrets of a run. They are blanked in everything that is read from a service or written. */
export class Secrets {
  /** Every form of every secret, longest first, since a secret may be a part of another. */
  #inMessages: readonly string[] = [];
  #inData: readonly string[] = [];
  /** `#inData` without the forms that could span two strings of JSON. */
  #inJson: readonly string[] = [];

  constructor(env: Runtime['env']) {
    this.conceal((env.GRAPH_TOKEN ?? '').trim().replace(/^Bearer\s+/i, ''));
    for (const name of SECRET_VARIABLES) this.conceal(env[name] ?? '');
    for (const name of PASSWORD_VARIABLES) this.#concealInMessages(env[name] ?? '');
    for (const name of URL_VARIABLES) this.#concealPassword(env[name] ?? '');
  }

  /** Blanks this text from now on, also in its escaped forms in JSON and URLs. */
  conceal(secret: string): void {
    const trimmed = secret.trim();
    this.#concealInMessages(secret);
    if (!isDistinctInData(trimmed)) return;
    this.#inData = longestFirst([...this.#inData, ...formsOf(trimmed)]);
    this.#inJson = this.#inData.filter((form) => !/(?:^|[^\\])"/.test(form));
  }

  /** The text with `***` in place of every secret. For messages; in data, a short secret may be an ordinary word. */
  blank(text: string): string {
    return blanked(text, this.#inMessages);
  }

  /**
   * Data with `***` in place of every secret that cannot be a word, a number or a date. JSON stays valid, and its numbers
   * are unchanged.
   */
  blankData(text: string): string {
    return blanked(text, this.#inJson);
  }

  /**
   * The answer of a service. It must be blanked before it is processed, since truncated or re-escaped text can no longer
   * be searched. Secrets in JSON escapes are found too.
   */
  blankAnswer(text: string): string {
    if (this.#inData.length === 0) return text;
    return blankEscaped(this.blankData(text), (string) => blanked(string, this.#inData));
  }

  #concealInMessages(secret: string): void {
    const trimmed = secret.trim();
    if (trimmed.length < MIN_LENGTH || trimmed === LOCAL_TOKEN) return;
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
      // Not percent-encoded, so there is no other form.
    }
  }
}

/** The secret, and its escaped forms in JSON and URLs. */
function formsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}

function longestFirst(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

function blanked(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, '***') : rest), text);
}

/** Whether the secret cannot be mistaken for an ordinary word, number or date in data. */
function isDistinctInData(secret: string): boolean {
  if (secret.length < MIN_LENGTH_IN_DATA) return false;
  return secret.length > MAX_WORD_LENGTH
    ? !/^[\d.+-]+$/.test(secret)
    : !/^(?:[a-z]+|[\d.:+-]+)$/i.test(secret);
}
