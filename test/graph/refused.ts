import { expect } from '@jest/globals';
import { startRecordingServer } from '../support/recording-server.ts';
import { type Run, runMain } from '../support/run-main.ts';

/** The answer to every request. */
export interface Case {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** The claims of the token; without them the token cannot be decoded. */
  readonly claims?: Record<string, unknown>;
  readonly argv?: readonly string[];
}

function tokenOf(claims: Record<string, unknown> | undefined): string {
  if (claims === undefined) return 'no-token-that-can-be-read';
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.signature`;
}

async function ran({ status, body, headers, claims, argv = ['get', 'id:abc'] }: Case, ...more: string[]) {
  const server = await startRecordingServer((_, response) => {
    const json = typeof body !== 'string';
    response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/html', ...headers });
    response.end(json ? JSON.stringify(body) : body);
  });
  try {
    const target = ['--endpoint', server.url, '--auth', 'token', '--retries', '0'];
    const run = await runMain([...argv, ...target, ...more], { env: { GRAPH_TOKEN: tokenOf(claims) } });
    return { ...run, stderr: run.stderr.replace(/00000000-0000-4000-8000-\d{12}/g, 'THE-ID') };
  } finally {
    await server.close();
  }
}

/** Both streams and the exit code, with text output. */
export async function seen(one: Case): Promise<Pick<Run, 'code' | 'stdout' | 'stderr'>> {
  const { code, stdout, stderr } = await ran(one);
  return { code, stdout, stderr };
}

/** The error line. */
export async function error(one: Case): Promise<unknown> {
  const { code, stdout, stderr } = await ran(one, '-o', 'json');
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr);
  expect(code).toBe(error.exitCode);
  return error;
}
