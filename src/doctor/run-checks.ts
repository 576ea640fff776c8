import { CONFIGURATIONS_PATH } from '../catalog/routes.ts';
import type { GraphClient } from '../graph/client.ts';
import { proxyOf } from '../graph/proxy.ts';
import { reach } from '../graph/reach.ts';
import type { Incoming } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import { type ChosenCredential, chooseCredential } from '../sign-in/choose-credential.ts';
import { readClaims } from '../sign-in/claims.ts';
import { authorityOf, type SignInContext, variable } from '../sign-in/context.ts';
import type { AuthMethod } from '../sign-in/methods.ts';
import { type AuthChoice, sendsToken } from '../sign-in/token-source.ts';
import { Checklist, type Finding, skip, warn } from './checklist.ts';
import { clockFinding, isProxied, nodeVersion, proxyInUse, signInServiceAnswer } from './network-checks.ts';
import { audience, expiry, permission, tenant } from './token-checks.ts';

/**
 * Checks the network, the sign-in and the permissions, each check after those that it depends on.
 * @throws an `interrupted` Failure, or an error that is not a Failure
 */
export async function runChecks(
  graph: GraphClient,
  auth: AuthChoice,
  context: SignInContext,
): Promise<Checklist> {
  const { runtime, target, timeout } = context;
  const list = new Checklist();
  const proxy = proxyOf(runtime.env);
  const now = (): number => runtime.clock.now();
  const local = !sendsToken(auth, target);
  let answer: Incoming | undefined;
  let blocked = false;
  await list.run('Node', () => nodeVersion(runtime));
  await list.run('Proxy', () => {
    if (proxy?.problem === undefined) return proxyInUse(proxy);
    const urls = [graph.url('/'), ...(local ? [] : [new URL(authorityOf(context))])];
    blocked = urls.some((url) => isProxied(url, proxy));
    if (blocked) throw proxy.problem;
    return warn(proxy.problem.message, proxy.problem.details.hint ?? 'unset it');
  });
  if (blocked) return skipRest(list);
  const noSignIn =
    variable(context, 'GRAPH_TOKEN') === undefined
      ? 'a Graph on loopback needs no sign-in'
      : 'a Graph on loopback needs no sign-in: GRAPH_TOKEN is sent to it only with `--auth token`';
  await list.run('Sign-in service', async () => {
    if (local) return skip(noSignIn);
    const segment = encodeURIComponent(context.tenant ?? 'organizations');
    const url = new URL(`${authorityOf(context)}/${segment}/v2.0/.well-known/openid-configuration`);
    answer = await reach(url, proxy, timeout, runtime);
    return signInServiceAnswer(url, answer);
  });
  await list.run('Graph', async () => {
    const url = graph.url('/');
    const answered = await reach(url, proxy, timeout, runtime);
    answer ??= answered;
    return `${url.host} answers`;
  });
  await list.run('Clock', () => clockFinding(answer, now()));
  const signedIn = await checkSignIn(list, local ? undefined : auth.method, noSignIn, context);
  await list.run('Read', () => (signedIn || local ? readOne(graph) : skip('skipped: there is no token')));
  return list;
}

/** The checks that need the proxy. */
const NETWORK_CHECKS = [
  ...['Sign-in service', 'Graph', 'Clock', 'Sign-in', 'Audience', 'Tenant', 'Expiry', 'Permission', 'Read'],
];

async function skipRest(list: Checklist): Promise<Checklist> {
  for (const check of NETWORK_CHECKS) await list.run(check, () => skip('skipped: the proxy cannot be used'));
  return list;
}

/** @returns whether there is a token */
async function checkSignIn(
  list: Checklist,
  method: AuthMethod | undefined,
  noSignIn: string,
  context: SignInContext,
): Promise<boolean> {
  let chosen: ChosenCredential | undefined;
  await list.run('Sign-in', async () => {
    if (method === undefined) return skip(noSignIn);
    chosen = await chooseCredential(method, context, { acceptMissingPermission: true });
    return `with ${chosen.name}`;
  });
  const { token } = chosen ?? {};
  const claims = token === undefined ? undefined : readClaims(token.value);
  const onToken = (check: (acquired: NonNullable<typeof token>) => Finding) => () =>
    token === undefined ? skip('there is no token to check') : check(token);
  await list.run(
    'Audience',
    onToken((acquired) => audience(acquired, claims, context)),
  );
  await list.run(
    'Tenant',
    onToken(() => tenant(claims, context.tenant)),
  );
  await list.run(
    'Expiry',
    onToken((acquired) => expiry(acquired, claims, context.runtime.clock.now())),
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
  if (!Array.isArray(listed)) throw notGraph('with something that is not a list');
  if (listed.length === 0) return 'the tenant has no device configurations';
  const { id, displayName } = (listed[0] ?? {}) as { id?: unknown; displayName?: unknown };
  if (typeof id !== 'string') throw notGraph('with a configuration that has no id');
  return `read ${JSON.stringify(typeof displayName === 'string' ? displayName : id)}`;
}

function notGraph(what: string): Failure {
  return new Failure('graph', `the service answered ${what}`, {
    hint: 'check that the endpoint is Microsoft Graph',
  });
}
