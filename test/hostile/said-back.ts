import type { ServerResponse } from 'node:http';
import { type Recorded, type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

/** How a service may write a token into JSON. */
export const WAYS_OF_WRITING = {
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
 * A Graph that says the token back wherever a text can stand: in names, values and names of properties, links, headers,
 * errors and the items of a batch. It stores what is written, so that a run can be undone.
 */
export async function startSaidBack(
  token: string,
  write: (token: string) => string,
): Promise<RecordingServer> {
  const said = write(token);
  const counts = new Map<string, number>();
  const overview = (id: string): string =>
    `{"id":"key of ${id}","note":"a note ${said} of it","${said}":1,` +
    `"pendingCount":${counts.get(id) ?? 5},"failedCount":2026,"lastUpdateDateTime":"2026-01-01T12:00:00Z"}`;
  const configuration = (id: string): string =>
    `{"id":"${id}","@odata.type":"#microsoft.graph.windows10GeneralConfiguration","${said}":"x",` +
    `"displayName":"${id} | <b> ${said}","deviceStatusOverview":${overview(id)}}`;
  const failure = (): string =>
    `{"error":{"code":"C ${said}","message":"{\\"Message\\":\\"${said.replaceAll('\\', '\\\\')} is refused\\"}",` +
    `"innerError":{"request-id":"${said}"}}}`;

  const answer = (method: string, path: string, body: string): readonly [status: number, text: string] => {
    const id = /deviceConfigurations\/([^/?]+)/.exec(path)?.[1];
    if (path.includes('$skiptoken')) return [200, `{"value":[${configuration('b')}]}`];
    if (id === undefined) {
      const next = `${server.url}/beta/deviceManagement/deviceConfigurations?$skiptoken=${said}`;
      return [200, `{"value":[${configuration('a')}],"@odata.nextLink":"${next}"}`];
    }
    if (id === 'refused') return [403, failure()];
    if (id === 'gone') return [302, ''];
    if (id === 'odd') return [200, `${said} is not JSON`];
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
      'x-said-back': `Bearer ${token}`,
      'www-authenticate': `Bearer realm="${token}"`,
      location: `https://example.com/?token=${token}`,
    };
    if (path.endsWith('/$batch')) {
      const { requests } = JSON.parse(body) as {
        requests: { id: string; method: string; url: string; body?: unknown }[];
      };
      const responses = requests.map(({ id, method: asked, url, body: sent }) => {
        const [status, text] = answer(asked, url, JSON.stringify(sent));
        const value = text.startsWith('{') ? text : JSON.stringify(text);
        return `{"id":"${id}","status":${status},"headers":{"request-id":"${said}","Location":"${said}"},"body":${value}}`;
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
