import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fake command-line tool in a folder that a test adds to PATH. */
export interface FakeTool {
  /** The arguments of every call so far, joined by spaces. */
  calls(): readonly string[];
}

/** The behaviour of a tool: it prints a token, an error, or the given text. */
export type ToolOutcome =
  | { readonly token: string; readonly expires: Date }
  | { readonly stderr: string; readonly exitCode: number }
  /** Printed unchanged. */
  | { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

/** The output of `az` without a sign-in. */
export const AZ_NOT_SIGNED_IN = { stderr: "ERROR: Please run 'az login' to setup account.", exitCode: 1 };

/** The output of `azd` without a sign-in. */
export const AZD_NOT_SIGNED_IN = {
  stderr: 'ERROR: fetching token: not logged in, run `azd auth login` to login',
  exitCode: 1,
};

/** The output of PowerShell without a sign-in. */
export const PWSH_NOT_SIGNED_IN = {
  stderr: 'Get-AzAccessToken: Run Connect-AzAccount to login.',
  exitCode: 1,
};

/** `az account get-access-token --output json --resource https://…`, as @azure/identity calls it. */
export function installAz(folder: string, outcome: ToolOutcome): FakeTool {
  return install(folder, 'az', outcome, (token, expires) => ({
    accessToken: token,
    expiresOn: expires.toISOString().replace('T', ' ').replace('Z', '000'),
    expires_on: Math.floor(expires.getTime() / 1000),
    subscription: '00000000-0000-0000-0000-000000000000',
    tenant: '00000000-0000-0000-0000-000000000000',
    tokenType: 'Bearer',
  }));
}

/** `azd auth token --output json --no-prompt --scope https://…/.default`. */
export function installAzd(folder: string, outcome: ToolOutcome): FakeTool {
  return install(folder, 'azd', outcome, (token, expires) => ({ token, expiresOn: expires.toISOString() }));
}

/** `pwsh /?`, which checks that it is installed, then `pwsh -NoProfile -NonInteractive -Command …`. */
export function installPwsh(folder: string, outcome: ToolOutcome): FakeTool {
  return install(
    folder,
    'pwsh',
    outcome,
    (token, expires) => ({ ExpiresOn: expires.toISOString(), Token: token }),
    {
      before: '[ "$1" = "/?" ] && exit 0',
    },
  );
}

/** The PATH of the system, with the folder of the fake tools before it. */
export function pathWith(folder: string): string {
  return `${folder}:${process.env.PATH}`;
}

function install(
  folder: string,
  name: string,
  outcome: ToolOutcome,
  print: (token: string, expires: Date) => object,
  { before = '' }: { readonly before?: string } = {},
): FakeTool {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${name}.calls`);
  const output = join(folder, `${name}.output`);
  const errors = join(folder, `${name}.errors`);
  const granted = 'token' in outcome;
  const stdout = 'stdout' in outcome ? outcome.stdout : '';
  writeFileSync(output, granted ? `${JSON.stringify(print(outcome.token, outcome.expires))}\n` : stdout);
  writeFileSync(errors, granted ? '' : `${outcome.stderr}\n`);
  // Line breaks in an argument become spaces, so that each call is one line.
  const script = [
    '#!/bin/sh',
    `printf '%s ' "$@" | tr '\\n' ' ' >> '${log}'`,
    `echo >> '${log}'`,
    before,
    `cat '${output}'; cat '${errors}' >&2; exit ${granted ? 0 : outcome.exitCode}`,
  ];
  const file = join(folder, name);
  writeFileSync(file, `${script.join('\n')}\n`);
  chmodSync(file, 0o755);
  return {
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => line.trim())
        : [],
  };
}
