import { badRequest } from './entra-error.ts';
import { type Answer, type AuthorityRequest, json } from './exchange.ts';

/** `.well-known/openid-configuration` of a tenant; every URL has the host that the client used. */
export function openidConfiguration(origin: string, segment: string, tenant: string): Answer {
  const base = `${origin}/${segment}`;
  return json({
    issuer: `${origin}/${tenant}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code', 'id_token', 'code id_token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  });
}

/** `common/discovery/instance`: the hosts of a cloud, and the URL of the configuration of the tenant. */
export function instanceDiscovery({ query, headers }: AuthorityRequest): Answer {
  const endpoint = query.authorization_endpoint;
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    throw badRequest('invalid_instance', 50049, 'Unknown or invalid instance.');
  }
  const { host, pathname } = new URL(endpoint);
  const tenant = pathname.split('/')[1] ?? 'common';
  const names = host === headers.host ? [host] : [host, String(headers.host)];
  return json({
    tenant_discovery_endpoint: `https://${host}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': query['api-version'] ?? '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: names }],
  });
}
