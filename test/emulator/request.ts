import { request as httpRequest } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests access members of any answer
  readonly json: any;
}

/** One request to a server on loopback, exactly as given, without escaping, path resolution or redirects. */
export function request(
  { url }: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      hostname,
      port,
      method,
      path,
      headers: {
        authorization: 'Bearer local',
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    outgoing.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          text: answer,
          json: answer.startsWith('{') ? JSON.parse(answer) : undefined,
        });
      });
    });
    outgoing.end(text);
  });
}
