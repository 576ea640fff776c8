import { azureCli } from './azure-cli.ts';
import type { Credential } from './credential.ts';
import { azureDeveloperCli, azurePowerShell } from './developer-tools.ts';
import { environmentToken } from './environment-token.ts';
import { browser, deviceCode } from './interactive.ts';
import { managedIdentity } from './managed-identity.ts';
import type { AuthMethod } from './methods.ts';
import { savedSignIn } from './saved-sign-in.ts';
import { azurePipelines, certificate, clientSecret, workloadIdentity } from './service-principal.ts';

/** A credential with the name under which `auto` lists it. */
export interface NamedCredential {
  readonly name: string;
  readonly credential: Credential;
  /** Whether it is configured by the environment or `login`, so that its failure is reported even if another one works. */
  readonly configured: boolean;
}

function named(credential: Credential, name: string = credential.method): NamedCredential {
  return { name, credential, configured: false };
}

function configured(credential: Credential, name?: string): NamedCredential {
  return { ...named(credential, name), configured: true };
}

/** The credentials of `auto`, in this order. None of them sends a probe that cannot succeed, and none prompts. */
export const AUTOMATIC: readonly NamedCredential[] = [
  configured(environmentToken),
  configured(clientSecret),
  configured(certificate),
  configured(workloadIdentity),
  configured(azurePipelines),
  configured(savedSignIn, 'login'),
  named(managedIdentity),
  named(azureCli),
  named(azurePowerShell),
  named(azureDeveloperCli),
];

/** The credential of each `--auth` method except `auto`. */
export const BY_METHOD: Readonly<Record<Exclude<AuthMethod, 'auto'>, NamedCredential>> = {
  token: named(environmentToken),
  'azure-cli': named(azureCli),
  'azure-powershell': named(azurePowerShell),
  azd: named(azureDeveloperCli),
  'azure-pipelines': named(azurePipelines),
  'client-secret': named(clientSecret),
  certificate: named(certificate),
  'device-code': named(deviceCode),
  browser: named(browser),
  'managed-identity': named(managedIdentity),
  'workload-identity': named(workloadIdentity),
};
