import { access, constants, realpath, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from './access-token.ts';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { acquireToken, type Identity, loadIdentity, observe } from './identity-library.ts';
import type { AuthMethod } from './methods.ts';

/** A tool that takes longer than this is stopped, in milliseconds. */
export const TOOL_TIMEOUT = 20_000;

/**
 * The time limit of a sign-in with a tool, in milliseconds. The library itself has none for a tool that ignores SIGTERM, and
 * may run two programs, one after the other.
 */
const MAX_WAIT = 2 * TOOL_TIMEOUT + 5_000;

interface ToolOptions {
  readonly tenantId?: string;
  readonly processTimeoutInMs: number;
}

function tool(
  method: AuthMethod,
  executables: readonly string[],
  make: (identity: Identity, options: ToolOptions) => TokenCredential,
): Credential {
  return {
    method,
    async unavailable(context) {
      return missingOnPath(executables, context);
    },
    async open(context) {
      const identity = await loadIdentity();
      const { observed } = observe(context);
      const tenant = context.tenant === undefined ? {} : { tenantId: context.tenant };
      const credential = make(identity, { ...tenant, processTimeoutInMs: TOOL_TIMEOUT });
      return (request) =>
        unlessLate(acquireToken(credential, method, request, context, observed), method, context);
    },
  };
}

/** @throws a `sign-in` Failure if the tool does not end */
async function unlessLate(
  token: Promise<AccessToken>,
  method: AuthMethod,
  { runtime }: SignInContext,
): Promise<AccessToken> {
  const ended = new AbortController();
  const late = runtime.clock.sleep(MAX_WAIT, AbortSignal.any([ended.signal, runtime.signal])).then(() => {
    throw new Failure('sign-in', `${method} did not answer within ${MAX_WAIT / 1_000} s`, {
      hint: 'end the program of the tool that still runs, and sign in with it again',
    });
  });
  try {
    return await Promise.race([token, late]);
  } finally {
    ended.abort();
  }
}

/** `Connect-AzAccount`. */
export const azurePowerShell = tool(
  'azure-powershell',
  ['pwsh', 'powershell'],
  (identity, options) => new identity.AzurePowerShellCredential(options),
);

/** `azd auth login`. */
export const azureDeveloperCli = tool(
  'azd',
  ['azd'],
  (identity, options) => new identity.AzureDeveloperCliCredential(options),
);

/**
 * Why none of the programs can be run; undefined if one can. The first one on PATH is run, so it must not be a program that
 * other users can replace. Relative folders on PATH are ignored.
 */
export async function missingOnPath(
  names: readonly string[],
  context: SignInContext,
): Promise<string | undefined> {
  const found = await Promise.all(names.map((name) => programOnPath(name, context)));
  for (const file of found) {
    if (file !== undefined && (await isReplaceable(file))) return `other users can replace ${file}`;
  }
  return found.some((file) => file !== undefined) ? undefined : `${names[0]} is not on PATH`;
}

/** The first program with this name in the absolute folders on PATH; undefined if there is none. */
export async function programOnPath(name: string, context: SignInContext): Promise<string | undefined> {
  const windows = context.runtime.platform === 'win32';
  const { delimiter, join, isAbsolute } = windows ? win32 : posix;
  const folders = (variable(context, 'PATH') ?? variable(context, 'Path') ?? '').split(delimiter);
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  const files = folders
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  const executable = await Promise.all(files.map(isExecutable));
  return files[executable.indexOf(true)];
}

/** A folder may be searched, which is the same permission. The system continues with the next folder on PATH. */
async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Mode bits: all users may write; only the owner of a file may remove it from the folder. */
const WRITE_BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Whether another user than root can replace a program. Groups are trusted, since package managers use them for the
 * folders of their programs. Windows has no modes.
 */
async function isReplaceable(file: string): Promise<boolean> {
  const own = process.getuid?.();
  if (own === undefined) return false;
  const folders = [posix.dirname(file), posix.dirname(await realpath(file))];
  const found = await Promise.all([file, ...folders].map((path) => stat(path)));
  return found.some(({ uid, mode }, index) => {
    const removable = index === 0 || (mode & STICKY) === 0;
    return (uid !== 0 && uid !== own) || ((mode & WRITE_BY_OTHERS) !== 0 && removable);
  });
}
