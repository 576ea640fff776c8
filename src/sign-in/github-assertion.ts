import { proxyOf } from '../graph/proxy.ts';
import { openTransport } from '../graph/transport.ts';
import { Failure } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';

/** The audience that Entra's federated credentials expect by default. */
const AUDIENCE = 'api://AzureADTokenExchange';

/**
 * The OIDC token of this job from GitHub Actions' token service. The job needs `permissions: id-token: write`.
 * @throws a `sign-in` or `network` Failure
 */
export async function githubAssertion(context: SignInContext): Promise<string> {
  const { secrets, runtime, timeout } = context;
  const url = new URL(variable(context, 'ACTIONS_ID_TOKEN_REQUEST_URL') ?? '');
  url.searchParams.set('audience', AUDIENCE);
  const token = variable(context, 'ACTIONS_ID_TOKEN_REQUEST_TOKEN') ?? '';
  const transport = await openTransport(proxyOf(runtime.env));
  try {
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
    const { status, text } = await transport.exchange(
      { method: 'GET', url, headers, body: undefined },
      timeout,
      runtime.signal,
    );
    const value = status === 200 ? (JSON.parse(text) as { value?: unknown }).value : undefined;
    if (typeof value !== 'string') throw refusal(`answered ${status}`);
    secrets.conceal(value);
    return value;
  } catch (error) {
    throw error instanceof Failure ? error : refusal('answered without a token');
  } finally {
    await transport.close();
  }
}

function refusal(what: string): Failure {
  return new Failure('sign-in', `GitHub’s token service ${what}`, {
    hint: 'the job needs `permissions: id-token: write`',
  });
}
