import { AuthorizationCodes } from './authorization-code.ts';
import { verifyClientAssertion } from './client-assertion.ts';
import { DeviceCodes } from './device-code.ts';
import { badRequest, invalidClient, required } from './entra-error.ts';
import { type Answer, type AuthorityRequest, type Issued, json } from './exchange.ts';
import { appTokens, type Grant, newRefreshToken, userTokens } from './issued-tokens.ts';
import type { App, User } from './tenant.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The values of a token request that are not in its form. */
export type Circumstances = Omit<Grant, 'clientId' | 'scope' | 'claims'> & { readonly endpoint: string };

/** The token endpoint of an authority, with the codes and refresh tokens that it issued. */
export class TokenEndpoint {
  readonly apps: App[];
  readonly user: User;
  readonly deviceCodes = new DeviceCodes();
  readonly authorizationCodes = new AuthorizationCodes();
  readonly #refreshTokens: Issued<{ readonly clientId: string }> = new Map();

  constructor(apps: readonly App[], user: User) {
    this.apps = [...apps];
    this.user = user;
  }

  /** Revokes all refresh tokens issued so far. */
  revokeRefreshTokens(): void {
    this.#refreshTokens.clear();
  }

  answer(request: AuthorityRequest, circumstances: Circumstances): Answer {
    const { form } = request;
    const { behaviour } = circumstances;
    const app = this.#app(required(form, 'client_id'));
    const grant = { ...circumstances, clientId: app.clientId, scope: form.scope ?? '', claims: form.claims };
    switch (required(form, 'grant_type')) {
      case 'client_credentials':
        authenticate(app, form, circumstances);
        return json(appTokens(grant, app));
      case 'authorization_code': {
        const { scope, nonce } = this.authorizationCodes.redeem(request);
        return this.#forUser({ ...grant, scope: form.scope ?? scope, nonce });
      }
      case 'refresh_token':
        if (this.#refreshTokens.get(required(form, 'refresh_token'))?.clientId !== app.clientId) {
          throw badRequest('invalid_grant', 700082, 'The refresh token has expired or was revoked.');
        }
        return this.#forUser(grant);
      case 'device_code': // Sent by MSAL; Entra accepts it as the name from RFC 8628.
      case 'urn:ietf:params:oauth:grant-type:device_code':
        this.deviceCodes.redeem(request, behaviour);
        return this.#forUser(grant);
      default:
        throw badRequest('unsupported_grant_type', 70003, `The grant '${form.grant_type}' is not supported.`);
    }
  }

  #app(clientId: string): App {
    const app = this.apps.find((one) => one.clientId === clientId);
    if (app !== undefined) return app;
    throw badRequest(
      'unauthorized_client',
      700016,
      `Application '${clientId}' was not found in the directory.`,
    );
  }

  #forUser(grant: Grant): Answer {
    const token = newRefreshToken();
    this.#refreshTokens.set(token, { clientId: grant.clientId });
    return json(userTokens(grant, this.user, token));
  }
}

/** Authenticates an app by its secret, an assertion signed with its certificate, or a federated token. */
function authenticate(app: App, form: AuthorityRequest['form'], { endpoint, now }: Circumstances): void {
  const { clientId, secret, certificate, federatedToken } = app;
  if (form.client_secret !== undefined) {
    if (secret !== undefined && form.client_secret === secret) return;
    throw invalidClient(7000215, `The client secret for app '${clientId}' is not valid.`);
  }
  if (form.client_assertion === undefined) {
    throw invalidClient(7000218, "The request body must contain 'client_assertion' or 'client_secret'.");
  }
  if (form.client_assertion_type !== JWT_BEARER) {
    throw badRequest('invalid_request', 900144, `The type of the client assertion must be '${JWT_BEARER}'.`);
  }
  if (federatedToken !== undefined) {
    if (form.client_assertion === federatedToken) return;
    throw invalidClient(700213, 'No matching federated identity record found for the presented assertion.');
  }
  if (certificate === undefined) {
    throw invalidClient(700027, `App '${clientId}' has no certificate.`);
  }
  verifyClientAssertion(form.client_assertion, { certificate, clientId, audience: endpoint, now });
}
