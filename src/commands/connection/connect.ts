import manifest from '../../../package.json' with { type: 'json' };
import type { Access } from '../../catalog/permissions.ts';
import { GraphClient, type TokenSource } from '../../graph/client.ts';
import { proxyOf } from '../../graph/proxy.ts';
import type { Limit } from '../../graph/quota/limit.ts';
import type { QuotaSharing } from '../../graph/rate-limiter.ts';
import type { RunTarget } from '../../runs/target.ts';
import { lacks, readClaims } from '../../sign-in/claims.ts';
import { sendsToken, tokenSource } from '../../sign-in/token-source.ts';
import type { Invocation } from '../command.ts';
import type { GraphSettings } from '../options/settings.ts';
import { SharedQuota } from './shared-quota.ts';

/** An open connection to a Graph. */
export interface Connection {
  readonly graph: GraphClient;
  /** The part of the target of a run that is known without a token. */
  readonly reached: Pick<RunTarget, 'graph' | 'apiVersion'>;
  /** The target of a run. Acquires a token, since it has the tenant. @throws a `sign-in` Failure */
  runTarget(): Promise<RunTarget>;
  /**
   * The quota that a rate limiter shares with the other processes of the state folder; undefined if the service has no
   * quota. Requests of a command without a rate limiter are recorded for the others, and do not wait.
   * @param whole the limit of all processes together
   */
  sharing(whole: Limit): QuotaSharing | undefined;
}

/**
 * Connects to the Graph of the settings; the mock Graph is started first. The connection is open until the run ends. No
 * request is sent and no token is acquired before the first request of the command.
 * @throws a `usage` Failure if the stored tenant of the mock Graph cannot be read
 */
export async function connect(
  settings: GraphSettings,
  access: Access,
  { runtime, emit, secrets, defer }: Pick<Invocation, 'runtime' | 'emit' | 'secrets' | 'defer'>,
): Promise<Connection> {
  if (settings.localByEnvironment) {
    emit({ kind: 'note', text: 'GRAPH_OVERVIEW_LOCAL is set: this is the mock Graph, not a tenant' });
  }
  if (runtime.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    emit({
      kind: 'warning',
      text: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are verified',
    });
  }
  if (
    settings.target !== undefined &&
    !sendsToken(settings.auth, settings.target) &&
    runtime.env.GRAPH_TOKEN
  ) {
    emit({ kind: 'detail', text: 'GRAPH_TOKEN is not sent to loopback: add `--auth token` to send it' });
  }
  const mock =
    settings.target === undefined
      ? await (await import('./mock-graph.ts')).startMockGraph(settings, runtime, emit)
      : undefined;
  if (mock !== undefined) defer(() => mock.close());
  const target = settings.target ?? mock?.target;
  if (target === undefined) throw new Error('a connection needs a target');
  const { tenant, timeout, retries, noInput } = settings;
  const context = { target, tenant, access, timeout, noInput, secrets, emit, runtime };
  const source = tokenSource(settings.auth, context);
  let bearer = '';
  const token: TokenSource = async (claims) => {
    bearer = await source(claims);
    return bearer;
  };
  // The mock Graph of this process has no quota.
  const quota =
    mock === undefined
      ? new SharedQuota({ graph: target.baseUrl, token, timeout, runtime, emit })
      : undefined;
  const userAgent = `graph-overview/${manifest.version}`;
  // Plain http is for loopback only, which needs no proxy: an invalid proxy setting must not cause a failure there.
  const proxy = target.baseUrl.startsWith('http:') ? undefined : proxyOf(runtime.env);
  const graph = new GraphClient({
    target,
    token,
    timeout,
    retries,
    userAgent,
    proxy,
    emit(event) {
      if (event.kind === 'exchange') quota?.record(event.method, bearer);
      emit(event);
    },
    holds: (bearer, wanted) => {
      const claims = readClaims(bearer);
      return claims?.permissions !== undefined && !lacks(claims, wanted);
    },
    blank: (text) => secrets.blankAnswer(text),
    runtime,
  });
  defer(() => graph.close());
  const reached = {
    graph: mock === undefined ? target.baseUrl : 'local',
    apiVersion: target.apiVersion,
  };
  return {
    graph,
    reached,
    sharing: (whole) => quota?.sharing(whole),
    runTarget: async () => ({
      ...reached,
      tenant: readClaims(await token())?.tenant ?? (target.loopback ? null : (tenant ?? null)),
    }),
  };
}
