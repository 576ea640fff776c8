import type { Answer, AuthorityRequest } from './exchange.ts';
import { json } from './exchange.ts';

/** The request token of a pipeline job, and the federated token for which it is exchanged. */
export interface Pipeline {
  /** The bearer token that only a job of the pipeline has. */
  readonly requestToken: string;
  /** The federated token that an app registration trusts. */
  readonly federatedToken: string;
}

/** The environment of a job in GitHub Actions that can request a token (`permissions: id-token: write`). */
export function githubEnvironment(url: string, { requestToken }: Pipeline): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/oidc/github?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
}

/** The environment of a job in Azure Pipelines; the request token is its `System.AccessToken`. */
export function azurePipelinesEnvironment(url: string, { requestToken }: Pipeline): Record<string, string> {
  return { SYSTEM_OIDCREQUESTURI: `${url}/oidc/azure-pipelines`, SYSTEM_ACCESSTOKEN: requestToken };
}

/** The answer of the token services of GitHub and Azure DevOps; undefined for any other path. */
export function pipelineToken(request: AuthorityRequest, pipeline: Pipeline | undefined): Answer | undefined {
  const { method, path, query, headers } = request;
  const github = method === 'GET' && path === '/oidc/github';
  const azure = method === 'POST' && path === '/oidc/azure-pipelines';
  if (!github && !azure) return undefined;
  const given = headers.authorization?.replace(/^bearer /i, '');
  if (pipeline === undefined || given !== pipeline.requestToken) {
    return { status: 401, body: { message: 'The request token is not valid.' } };
  }
  const audience = github ? query.audience === 'api://AzureADTokenExchange' : query.serviceConnectionId;
  if (!audience)
    return { status: 400, body: { message: 'The audience or the service connection is missing.' } };
  const { federatedToken } = pipeline;
  return json(
    github ? { count: federatedToken.length, value: federatedToken } : { oidcToken: federatedToken },
  );
}
