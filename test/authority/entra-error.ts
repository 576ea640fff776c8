import { randomUUID } from 'node:crypto';
import type { Answer } from './exchange.ts';

/** An error response of Microsoft Entra. */
export class Refusal extends Error {
  readonly status: number;
  /** The OAuth error, such as `invalid_client`. */
  readonly error: string;
  /** The number after AADSTS. */
  readonly code: number;

  constructor(status: number, error: string, code: number, description: string) {
    super(description);
    this.status = status;
    this.error = error;
    this.code = code;
  }

  /** The response; its description contains the trace id, the correlation id and the time. */
  answer(correlationId: string | undefined, now: number): Answer {
    const trace = randomUUID();
    const correlation = correlationId ?? randomUUID();
    const timestamp = new Date(now).toISOString().replace('T', ' ').replace(/\..*$/, 'Z');
    const description =
      `AADSTS${this.code}: ${this.message} ` +
      `Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`;
    return {
      status: this.status,
      body: {
        error: this.error,
        error_description: description,
        error_codes: [this.code],
        timestamp,
        trace_id: trace,
        correlation_id: correlation,
        error_uri: `https://login.microsoftonline.com/error?code=${this.code}`,
      },
    };
  }
}

export function badRequest(error: string, code: number, description: string): Refusal {
  return new Refusal(400, error, code, description);
}

/** The app could not be authenticated: 401 `invalid_client`. */
export function invalidClient(code: number, description: string): Refusal {
  return new Refusal(401, 'invalid_client', code, description);
}

/** A parameter of a form. @throws Refusal if it is missing or empty */
export function required(form: Readonly<Record<string, string>>, name: string): string {
  const value = form[name];
  if (value !== undefined && value !== '') return value;
  throw badRequest('invalid_request', 900144, `The request body must contain the parameter '${name}'.`);
}
