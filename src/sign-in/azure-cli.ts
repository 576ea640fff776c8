import type { ExecFileException } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { Failure } from '../outcome/errors.ts';
import type { AccessToken } from './access-token.ts';
import { readClaims } from './claims.ts';
import type { SignInContext } from './context.ts';
import type { Credential } from './credential.ts';
import { missingOnPath, programOnPath, TOOL_TIMEOUT } from './developer-tools.ts';
import { knownHint, type TokenRequest } from './identity-library.ts';

/**
 * `az login`. The library's own credential requires plain JSON with a date in `expiresOn`; Azure CLI may print warnings
 * and colour codes around it, and omits the date for some accounts.
 */
export const azureCli: Credential = {
  method: 'azure-cli',
  async unavailable(context) {
    return missingOnPath(['az'], context);
  },
  open: async (context) => (request) => acquireFromAz(request, context),
};

async function acquireFromAz({ scope, claims }: TokenRequest, context: SignInContext): Promise<AccessToken> {
  const resource = scope.replace(/\/\.default$/, '');
  if (claims !== undefined) {
    const encoded = Buffer.from(claims).toString('base64');
    throw new Failure('sign-in', 'Graph requires a new sign-in, which az cannot do by itself', {
      hint: `run \`az login --scope ${scope} --claims-challenge "${encoded}"\``,
    });
  }
  const tenant = context.tenant === undefined ? [] : ['--tenant', context.tenant];
  const command = ['account', 'get-access-token', '--output', 'json', '--resource', resource, ...tenant];
  const stdout = await runAz(command, context);
  const answer = jsonIn(stripVTControlCharacters(stdout));
  const value = answer?.accessToken;
  if (typeof value !== 'string' || value === '') {
    const what = stdout.trim() === '' ? 'printed nothing' : 'printed no token';
    throw new Failure('sign-in', `az ${what}`, { hint: checkHint(command) });
  }
  context.secrets.conceal(value);
  return { value, expires: expiryOf(value, answer ?? {}), method: 'azure-cli' };
}

/**
 * Runs az and returns its standard output.
 * @throws a `sign-in` Failure with the cause that az printed
 */
async function runAz(command: readonly string[], context: SignInContext): Promise<string> {
  const { runtime, secrets } = context;
  const { platform, env, signal } = runtime;
  const windows = platform === 'win32';
  // With the name, the system could find another program than the one that was checked.
  const file = windows ? undefined : await programOnPath('az', context);
  const options = {
    // On Windows az is a batch file, which needs a shell. The arguments contain no special characters of a shell.
    shell: windows,
    // Not the current folder of the user, in which Windows searches for programs first.
    cwd: windows ? (env.SystemRoot ?? env.SYSTEMROOT) : '/',
    env: { ...env },
    encoding: 'utf8' as const,
    timeout: TOOL_TIMEOUT,
    // With SIGTERM, a program that ignores it would block the sign-in.
    killSignal: 'SIGKILL' as const,
    maxBuffer: MAX_OUTPUT,
    windowsHide: true,
    signal,
  };
  const { execFile } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve, reject) => {
    execFile(file ?? 'az', [...command], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (signal.aborted) reject(signal.reason);
      else reject(azFailure(error, secrets.blank(stripVTControlCharacters(stderr)), command));
    });
  });
}

/** Maximum size of what az may print, in bytes. A token has a few thousand. */
const MAX_OUTPUT = 1024 * 1024;

function azFailure(error: ExecFileException, stderr: string, command: readonly string[]): Failure {
  if ((error.code as unknown) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new Failure('sign-in', `az printed more than ${MAX_OUTPUT} bytes`, { hint: checkHint(command) });
  }
  if (error.killed === true) {
    return new Failure('sign-in', `az did not answer within ${TOOL_TIMEOUT / 1_000} s`, {
      hint: checkHint(command),
    });
  }
  const cause = causeIn(stderr) ?? `ended with ${error.code ?? error.signal} and printed nothing`;
  const hint = knownHint(cause) ?? (/AADSTS|az login/.test(stderr) ? 'sign in with `az login`' : undefined);
  return new Failure('sign-in', `az: ${cause}`, { hint: hint ?? checkHint(command), cause: error });
}

/**
 * The line with the cause: the exception of a Python traceback, else the last error that az reports, else the last line.
 * Text after an exception is a request to report it.
 */
function causeIn(stderr: string): string | undefined {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const traceback = lines.findLastIndex((line) => line.startsWith('Traceback '));
  const exception =
    traceback < 0
      ? undefined
      : lines.slice(traceback + 1).find((line) => /^[A-Za-z_][\w.]*(?:: |$)/.test(line));
  const line = exception ?? lines.findLast((candidate) => candidate.startsWith('ERROR: ')) ?? lines.at(-1);
  return line
    ?.replace(/^ERROR: /, '')
    .split(/ ?Trace ID: /)[0]
    ?.trim();
}

function checkHint(command: readonly string[]): string {
  return `run \`az ${command.join(' ')}\` to see why`;
}

/** The JSON object in a text that may have warnings before and after it. */
function jsonIn(text: string): Readonly<Record<string, unknown>> | undefined {
  // Without such a line, the last character remains, which is not an object.
  const rest = text.slice(text.search(/^[ \t]*\{/m));
  try {
    return JSON.parse(rest.slice(0, endOfObject(rest)));
  } catch {
    return undefined;
  }
}

/** The index after the brace that closes the object at the beginning of a text; the end of the text if none does. */
function endOfObject(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth += 1;
    else if (!quoted && character === '}') depth -= 1;
    if (character === '}' && !quoted && depth === 0) return at + 1;
  }
  return text.length;
}

/**
 * The expiry of the token in milliseconds since the epoch: from its `exp`, `expires_on` (seconds since the epoch, az 2.54
 * and newer), or `expiresOn` (local time); undefined if none of them is valid.
 */
function expiryOf(token: string, answer: Readonly<Record<string, unknown>>): number | undefined {
  const seconds = Number.parseInt(String(answer.expires_on), 10) * 1_000;
  const date = Date.parse(String(answer.expiresOn).replace(' ', 'T'));
  return [readClaims(token)?.expires, seconds, date].find((time) => Number.isFinite(time));
}
