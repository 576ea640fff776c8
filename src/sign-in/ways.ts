import { azureCli, azureDeveloperCli, azurePowerShell } from './developer-tools.ts';
import { given } from './given.ts';
import { browser, deviceCode } from './interactive.ts';
import { managedIdentity } from './managed-identity.ts';
import type { AuthMethod } from './methods.ts';
import { saved } from './saved.ts';
import { azurePipelines, certificate, clientSecret, workloadIdentity } from './service-principal.ts';
import type { Way } from './way.ts';

/** A way with the name under which `auto` lists it. */
export interface NamedWay {
  readonly name: string;
  readonly way: Way;
  /** The environment names its credential, so whoever set it up meant it. */
  readonly deliberate: boolean;
}

function named(way: Way, name: string = way.method): NamedWay {
  return { name, way, deliberate: false };
}

function fromEnvironment(way: Way): NamedWay {
  return { ...named(way), deliberate: true };
}

/** What `auto` tries, in this order. None of them waits on a probe that cannot succeed, and none asks a person. */
export const AUTOMATIC: readonly NamedWay[] = [
  fromEnvironment(given),
  fromEnvironment(clientSecret),
  fromEnvironment(certificate),
  fromEnvironment(workloadIdentity),
  fromEnvironment(azurePipelines),
  named(saved, 'login'),
  named(managedIdentity),
  named(azureCli),
  named(azurePowerShell),
  named(azureDeveloperCli),
];

/** What each `--auth` method but `auto` uses, and it alone. */
export const BY_METHOD: Readonly<Record<Exclude<AuthMethod, 'auto'>, readonly NamedWay[]>> = {
  token: [named(given)],
  'azure-cli': [named(azureCli)],
  'azure-powershell': [named(azurePowerShell)],
  azd: [named(azureDeveloperCli)],
  'azure-pipelines': [named(azurePipelines)],
  'client-secret': [named(clientSecret)],
  certificate: [named(certificate)],
  'device-code': [named(deviceCode)],
  browser: [named(browser)],
  'managed-identity': [named(managedIdentity)],
  'workload-identity': [named(workloadIdentity)],
};
