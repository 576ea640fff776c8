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

/** A Graph that is ready to be asked. */
export interface Connection {
  readonly graph: GraphClient;
  /** Where it leads, as a run is bound to it; known without a token. */
  readonly reached: Pick<RunTarget, 'graph' | 'apiVersion'>;
  /** What a run is bound to; asks for the token, since that says the tenant. */
  runTarget(): Promise<RunTarget>;
  /**
   * What a rate limiter shares with the other processes of the state folder; undefined where the service has no quota.
   * Requests of a command without one are recorded for those, and wait for nothing.
   * @param whole what all may use together
   */
  sharing(whole: Limit): QuotaSharing | undefined;
}

/**
 * Connects to the Graph that the settings name. The embedded one is started here; from then on it is a Graph like any
 * other. It is open until the run ends. Nothing is sent and no token acquired before the first request.
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
  const embedded =
    settings.target === undefined
      ? await (await import('./embedded.ts')).startEmbedded(settings, runtime, emit)
      : undefined;
  if (embedded !== undefined) defer(() => embedded.close());
  const target = settings.target ?? embedded?.target;
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
    embedded === undefined
      ? new SharedQuota({ graph: target.baseUrl, token, timeout, runtime, emit })
      : undefined;
  const userAgent = `graph-overview/${manifest.version}`;
  // Plain http is for loopback, where no proxy leads: one that is set wrongly is no reason to fail there.
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
    graph: embedded === undefined ? target.baseUrl : 'local',
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
