import type { SignInContext } from './context.ts';
import { commonOptions, loadIdentity, tokenFrom } from './identity.ts';
import { GRAPH_COMMAND_LINE, userScope } from './user-scope.ts';
import type { Way } from './way.ts';

/** A code that is entered in any browser, for a terminal without one. Lasts for this process. */
export const deviceCode: Way = {
  method: 'device-code',
  missing: () => undefined,
  async open(context) {
    const { DeviceCodeCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
    const credential = new DeviceCodeCredential({
      ...options,
      clientId: GRAPH_COMMAND_LINE,
      userPromptCallback: ({ message }) => showCode(message, context),
    });
    return ({ claims }) =>
      tokenFrom(credential, 'device-code', { scope: userScope(context), claims }, context, seen);
  },
};

/** The browser of this machine. Lasts for this process. */
export const browser: Way = {
  method: 'browser',
  missing: noBrowser,
  async open(context) {
    const { InteractiveBrowserCredential } = await loadIdentity();
    const { options, seen } = commonOptions(context);
    const credential = new InteractiveBrowserCredential({ ...options, clientId: GRAPH_COMMAND_LINE });
    context.report({ kind: 'warning', text: BROWSER_OPENS });
    return ({ claims }) =>
      tokenFrom(credential, 'browser', { scope: userScope(context), claims }, context, seen);
  },
};

/** Why no browser can open here; undefined where one can. On Linux it needs a display, or a BROWSER that needs none. */
export function noBrowser({ runtime }: Pick<SignInContext, 'runtime'>): string | undefined {
  const { env, platform } = runtime;
  if (platform !== 'linux') return undefined;
  const names = ['DISPLAY', 'WAYLAND_DISPLAY', 'BROWSER', 'WSL_DISTRO_NAME'];
  if (names.some((name) => (env[name] ?? '') !== '')) return undefined;
  return 'no browser can open here: neither DISPLAY, WAYLAND_DISPLAY nor BROWSER is set; use the device code';
}

export const BROWSER_OPENS = 'sign in with the browser that opens now; where none can, use the device code';

/** The code must be seen even with `--quiet`: nothing goes on without it. */
export function showCode(message: string, { report }: SignInContext): void {
  report({ kind: 'warning', text: message });
}
