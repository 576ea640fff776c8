import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { Authority } from './authority.ts';

export interface FormAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts a form to an endpoint of the authority and trusts its root certificate, without a client library. */
export function postForm(
  authority: Authority,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<FormAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, authority.url),
      {
        method: 'POST',
        ca: readFileSync(authority.caFile),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      },
    );
    sent.on('error', reject);
    sent.end(new URLSearchParams(form).toString());
  });
}
