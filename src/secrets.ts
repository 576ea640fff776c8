import type { Runtime } from './runtime.ts';

/** Variables of the environment whose values must never be shown. */
const SECRET_VARIABLES = [
  'GRAPH_TOKEN',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_PASSWORD',
  'SYSTEM_ACCESSTOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'IDENTITY_HEADER',
  'MSI_SECRET',
] as const;

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

/** The secrets of a run, so that whatever is written can be blanked of them. */
export class Secrets {
  readonly #known = new Set<string>();

  constructor(env: Runtime['env']) {
    for (const name of SECRET_VARIABLES) this.conceal(env[name] ?? '');
    for (const name of URL_VARIABLES) this.#concealPassword(env[name] ?? '');
  }

  /** From now on this text is blanked, also where it is escaped as in JSON or a URL. */
  conceal(secret: string): void {
    const trimmed = secret.trim();
    if (trimmed.length < SHORTEST) return;
    for (const form of [secret, trimmed, JSON.stringify(trimmed).slice(1, -1), encodeURIComponent(trimmed)]) {
      this.#known.add(form);
    }
  }

  /** The text with `***` in place of every secret. */
  blank(text: string): string {
    // The longest first: a secret may be a part of another.
    const longestFirst = [...this.#known].sort((one, other) => other.length - one.length);
    return longestFirst.reduce((blanked, secret) => blanked.replaceAll(secret, '***'), text);
  }

  #concealPassword(url: string): void {
    const whole = url.includes('://') ? url : `http://${url}`;
    if (!URL.canParse(whole)) {
      this.conceal(url);
      return;
    }
    const { password } = new URL(whole);
    this.conceal(password);
    try {
      this.conceal(decodeURIComponent(password));
    } catch {
      // A percent sign that escapes nothing: there is no other form.
    }
  }
}
