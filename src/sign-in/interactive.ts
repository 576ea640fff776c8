import { usage } from '../outcome/errors.ts';
import { type SignInContext, variable } from './context.ts';
import type { Credential } from './credential.ts';
import { acquireToken, credentialOptions, loadIdentity } from './identity-library.ts';
import { GRAPH_COMMAND_LINE, userScope } from './user-scope.ts';

/** A code to enter in any browser, for a machine without a browser. The sign-in is valid for this process only. */
export const deviceCode: Credential = {
  method: 'device-code',
  unavailable: () => undefined,
  async open(context) {
    const { DeviceCodeCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const credential = new DeviceCodeCredential({
      ...options,
      clientId: GRAPH_COMMAND_LINE,
      userPromptCallback: ({ message }) => showCode(message, context),
    });
    return ({ claims }) =>
      acquireToken(credential, 'device-code', { scope: userScope(context), claims }, context, observed);
  },
};

/** The browser of this machine. The sign-in is valid for this process only. */
export const browser: Credential = {
  method: 'browser',
  unavailable: () => undefined,
  async open(context) {
    requireBrowser(context, '--auth device-code');
    const { InteractiveBrowserCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const credential = new InteractiveBrowserCredential({ ...options, clientId: GRAPH_COMMAND_LINE });
    announceBrowser(context);
    return ({ claims }) =>
      acquireToken(credential, 'browser', { scope: userScope(context), claims }, context, observed);
  },
};

/**
 * Checks that a browser sign-in is possible.
 * @param instead the flag of a sign-in that needs no browser
 * @throws a `usage` Failure
 */
export function requireBrowser(context: Pick<SignInContext, 'runtime' | 'noInput'>, instead: string): void {
  const obstacle = browserObstacle(context);
  if (obstacle !== undefined) throw usage(obstacle, `use \`${instead}\``);
}

/** Why a browser sign-in is not possible; undefined if it is. If BROWSER is set, no terminal is needed. */
function browserObstacle(context: Pick<SignInContext, 'runtime' | 'noInput'>): string | undefined {
  const { noInput } = context;
  if (noInput !== undefined)
    return `no browser can be opened: ${noInput} is ${noInput.startsWith('-') ? 'given' : 'set'}`;
  if (variable(context, 'BROWSER') !== undefined) return undefined;
  const { platform, stdin, stderr } = context.runtime;
  const displays = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'];
  if (platform === 'linux' && !displays.some((name) => variable(context, name) !== undefined))
    return 'no browser can be opened: DISPLAY, WAYLAND_DISPLAY and BROWSER are not set';
  return stdin.isTTY || stderr.isTTY ? undefined : 'no browser can be opened: there is no terminal';
}

export function announceBrowser({ emit }: SignInContext): void {
  emit({ kind: 'prompt', text: 'a browser opens for the sign-in; without a browser, use a device code' });
}

/**
 * Shows the prompt of a device code.
 * @param message the message of the authority; undefined after a refusal, for which the library calls back, too
 */
export function showCode(message: string | undefined, { emit }: SignInContext): void {
  if (typeof message !== 'string') throw new Error('the sign-in service returned no device code');
  emit({ kind: 'prompt', text: message });
}
