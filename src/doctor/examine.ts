import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import type { GraphClient } from '../graph/client.ts';
import { proxyOf } from '../graph/proxy.ts';
import type { Incoming } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import { type Chosen, chooseWay } from '../sign-in/chain.ts';
import { readClaims } from '../sign-in/claims.ts';
import { authorityOf, type SignInContext, variable } from '../sign-in/context.ts';
import type { AuthMethod } from '../sign-in/methods.ts';
import { type AuthChoice, sendsToken } from '../sign-in/token-source.ts';
import { Checklist, type Finding, skip } from './check.ts';
import { clockSkew, nodeVersion, proxyInUse, reach } from './network.ts';
import { audience, expiry, permission, tenant } from './token.ts';

/** Looks at everything between here and Graph, in the order in which one thing stands on another. */
export async function examine(
  graph: GraphClient,
  auth: AuthChoice,
  context: SignInContext,
): Promise<Checklist> {
  const { runtime, target, timeout } = context;
  const list = new Checklist();
  const proxy = proxyOf(runtime.env);
  const now = (): number => runtime.clock.now();
  let answer: Incoming | undefined;
  await list.run('Node', () => nodeVersion(runtime));
  await list.run('Proxy', () => proxyInUse(proxy));
  const local = !sendsToken(auth, target);
  const noSignIn =
    variable(context, 'GRAPH_TOKEN') === undefined
      ? 'a Graph on loopback needs no sign-in'
      : 'a Graph on loopback needs no sign-in: GRAPH_TOKEN is not sent to it unless `--auth token` is given';
  await list.run('Sign-in service', async () => {
    if (local) return skip(noSignIn);
    const segment = encodeURIComponent(context.tenant ?? 'organizations');
    const url = new URL(`${authorityOf(context)}/${segment}/v2.0/.well-known/openid-configuration`);
    answer = await reach(url, proxy, timeout, runtime);
    if (answer.status === 200) return `${url.host} answers`;
    throw new Failure(
      'sign-in',
      `${url.host} does not know the tenant ${context.tenant} (${answer.status})`,
      {
        hint: 'check `--tenant` and `--cloud`',
      },
    );
  });
  await list.run('Graph', async () => {
    const url = graph.url('/');
    const answered = await reach(url, proxy, timeout, runtime);
    answer ??= answered;
    return `${url.host} answers`;
  });
  await list.run('Clock', () => clockSkew(answer, now()));
  const signedIn = await checkToken(list, local ? undefined : auth.method, noSignIn, context);
  await list.run('Read', () =>
    signedIn || local ? readOne(graph) : skip('there is no sign-in to read with'),
  );
  return list;
}

/** Says whether there is a token. */
async function checkToken(
  list: Checklist,
  method: AuthMethod | undefined,
  noSignIn: string,
  context: SignInContext,
): Promise<boolean> {
  let chosen: Chosen | undefined;
  await list.run('Sign-in', async () => {
    if (method === undefined) return skip(noSignIn);
    chosen = await chooseWay(method, context, { lackingWillDo: true });
    return `by ${chosen.name}`;
  });
  const { token } = chosen ?? {};
  const claims = token === undefined ? undefined : readClaims(token.value);
  const onToken = (look: (given: NonNullable<typeof token>) => Finding) => () =>
    token === undefined ? skip('there is no token to look at') : look(token);
  await list.run(
    'Audience',
    onToken((given) => audience(given, claims, context)),
  );
  await list.run(
    'Tenant',
    onToken(() => tenant(claims, context.tenant)),
  );
  await list.run(
    'Expiry',
    onToken((given) => expiry(given, claims, context.runtime.clock.now())),
  );
  await list.run(
    'Permission',
    onToken(() => permission(claims)),
  );
  return token !== undefined;
}

async function readOne(graph: GraphClient): Promise<Finding> {
  const path = `${CONFIGURATIONS_PATH}?$top=1&$select=id,displayName`;
  const { json } = await graph.send({ method: 'GET', path });
  const listed = (json as { value?: unknown } | null | undefined)?.value;
  if (!Array.isArray(listed)) throw noGraph('with something that is no list');
  if (listed.length === 0) return 'the tenant has no device configurations';
  const { id, displayName } = (listed[0] ?? {}) as { id?: unknown; displayName?: unknown };
  if (typeof id !== 'string') throw noGraph('with a configuration that has no id');
  return `read ${JSON.stringify(typeof displayName === 'string' ? displayName : id)}`;
}

function noGraph(what: string): Failure {
  return new Failure('graph', `the service answered ${what}`, {
    hint: 'check that the endpoint is Microsoft Graph',
  });
}
