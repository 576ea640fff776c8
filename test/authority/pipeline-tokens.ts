import type { Answer, AuthorityRequest } from './exchange.ts';
import { json } from './exchange.ts';

/** What a pipeline trades for a token of its own, and that token. */
export interface Pipeline {
  /** The bearer that only a job of the pipeline has. */
  readonly requestToken: string;
  /** What it is given: the federated token that an app registration trusts. */
  readonly federatedToken: string;
}

/** The environment of a job in GitHub Actions that may ask for a token (`permissions: id-token: write`). */
export function githubEnvironment(url: string, { requestToken }: Pipeline): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/oidc/github?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
}

/** The environment of a job in Azure Pipelines; the request token is what the job maps `System.AccessToken` to. */
export function azurePipelinesEnvironment(url: string, { requestToken }: Pipeline): Record<string, string> {
  return { SYSTEM_OIDCREQUESTURI: `${url}/oidc/azure-pipelines`, SYSTEM_ACCESSTOKEN: requestToken };
}

/** Answers as GitHub and Azure DevOps do, beside the authority; undefined for any other path. */
export function pipelineToken(request: AuthorityRequest, pipeline: Pipeline | undefined): Answer | undefined {
  const { method, path, query, headers } = request;
  const github = method === 'GET' && path === '/oidc/github';
  const azure = method === 'POST' && path === '/oidc/azure-pipelines';
  if (!github && !azure) return undefined;
  const given = headers.authorization?.replace(/^bearer /i, '');
  if (pipeline === undefined || given !== pipeline.requestToken) {
    return { status: 401, body: { message: 'The request token is not valid.' } };
  }
  const asked = github ? query.audience === 'api://AzureADTokenExchange' : query.serviceConnectionId;
  if (!asked) return { status: 400, body: { message: 'The audience or the service connection is missing.' } };
  const { federatedToken } = pipeline;
  return json(
    github ? { count: federatedToken.length, value: federatedToken } : { oidcToken: federatedToken },
  );
}
