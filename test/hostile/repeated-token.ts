import type { ServerResponse } from 'node:http';
import { type Recorded, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

/** How a service can write a token in JSON. */
export const ENCODINGS = {
  plain: (token: string) => token,
  'every character escaped': (token: string) => [...token].map(escaped).join(''),
  'one character escaped': (token: string) =>
    `${token.slice(0, 9)}${escaped(token[9] ?? '')}${token.slice(10)}`,
  'escaped twice': (token: string) => [...token].map((character) => `\\${escaped(character)}`).join(''),
} as const;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A Graph that repeats the token in all possible places: names, values and names of properties, links, headers,
 * errors and the items of a batch. It stores what is written, so that a run can be undone.
 */
export async function startRepeating(
  token: string,
  write: (token: string) => string,
): Promise<RecordingServer> {
  const encoded = write(token);
  const counts = new Map<string, number>();
  const overview = (id: string): string =>
    `{"id":"key of ${id}","note":"a note ${encoded} of it","${encoded}":1,` +
    `"pendingCount":${counts.get(id) ?? 5},"failedCount":2026,"lastUpdateDateTime":"2026-01-01T12:00:00Z"}`;
  const configuration = (id: string): string =>
    `{"id":"${id}","@odata.type":"#microsoft.graph.windows10GeneralConfiguration","${encoded}":"x",` +
    `"displayName":"${id} | <b> ${encoded}","deviceStatusOverview":${overview(id)}}`;
  const failure = (): string =>
    `{"error":{"code":"C ${encoded}","message":"{\\"Message\\":\\"${encoded.replaceAll('\\', '\\\\')} is refused\\"}",` +
    `"innerError":{"request-id":"${encoded}"}}}`;

  const answer = (method: string, path: string, body: string): readonly [status: number, text: string] => {
    const id = /deviceConfigurations\/([^/?]+)/.exec(path)?.[1];
    if (path.includes('$skiptoken')) return [200, `{"value":[${configuration('b')}]}`];
    if (id === undefined) {
      const next = `${server.url}/beta/deviceManagement/deviceConfigurations?$skiptoken=${encoded}`;
      return [200, `{"value":[${configuration('a')}],"@odata.nextLink":"${next}"}`];
    }
    if (id === 'refused') return [403, failure()];
    if (id === 'gone') return [302, ''];
    if (id === 'odd') return [200, `${encoded} is not JSON`];
    if (method === 'PATCH') {
      const { pendingCount } = JSON.parse(body) as { pendingCount?: number };
      if (pendingCount !== undefined) counts.set(id, pendingCount);
    }
    return [
      200,
      path.includes('deviceStatusOverview') && method === 'GET' && path.includes('$expand') === false
        ? overview(id)
        : method === 'PATCH'
          ? overview(id)
          : configuration(id),
    ];
  };

  const respond = ({ method, path, body }: Recorded, response: ServerResponse): void => {
    const headers = {
      'content-type': 'application/json',
      'request-id': token,
      'x-repeated': `Bearer ${token}`,
      'www-authenticate': `Bearer realm="${token}"`,
      location: `https://example.com/?token=${token}`,
    };
    if (path.endsWith('/$batch')) {
      const { requests } = JSON.parse(body) as {
        requests: { id: string; method: string; url: string; body?: unknown }[];
      };
      const responses = requests.map(({ id, method: itemMethod, url, body: sent }) => {
        const [status, text] = answer(itemMethod, url, JSON.stringify(sent));
        const value = text.startsWith('{') ? text : JSON.stringify(text);
        return `{"id":"${id}","status":${status},"headers":{"request-id":"${encoded}","Location":"${encoded}"},"body":${value}}`;
      });
      response.writeHead(200, headers).end(`{"responses":[${responses.join(',')}]}`);
      return;
    }
    const [status, text] = answer(method, path, body);
    response.writeHead(status, headers).end(text);
  };
  const server = await startRecordingServer(respond);
  return server;
}
