import type { SignInContext } from './context.ts';
import type { Credential } from './credential.ts';
import { acquireToken, credentialOptions, loadIdentity } from './identity-library.ts';
import { GRAPH_COMMAND_LINE, userScope } from './user-scope.ts';

/** A code that is entered in any browser, for a terminal without one. The sign-in lasts for this process. */
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

/** The browser of this machine. The sign-in lasts for this process. */
export const browser: Credential = {
  method: 'browser',
  unavailable: noBrowser,
  async open(context) {
    const { InteractiveBrowserCredential } = await loadIdentity();
    const { options, observed } = credentialOptions(context);
    const credential = new InteractiveBrowserCredential({ ...options, clientId: GRAPH_COMMAND_LINE });
    context.report({ kind: 'warning', text: BROWSER_OPENS });
    return ({ claims }) =>
      acquireToken(credential, 'browser', { scope: userScope(context), claims }, context, observed);
  },
};

/** Why no browser can open here; undefined where one can. On Linux it needs a display, or BROWSER. */
export function noBrowser({ runtime }: Pick<SignInContext, 'runtime'>): string | undefined {
  const { env, platform } = runtime;
  if (platform !== 'linux') return undefined;
  const names = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER', 'WSL_DISTRO_NAME'];
  if (names.some((name) => (env[name] ?? '') !== '')) return undefined;
  return 'no browser can open here: DISPLAY, WAYLAND_DISPLAY and BROWSER are not set';
}

export const BROWSER_OPENS = 'a browser opens for the sign-in; without a browser, use a device code';

/** Shows the code even with `--quiet`: the sign-in needs it. */
export function showCode(message: string, { report }: SignInContext): void {
  report({ kind: 'warning', text: message });
}
