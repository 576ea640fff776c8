import type { Runtime } from '../../process/runtime.ts';

/** The sources of settings. Flags override the environment. */
export interface Source<Options> {
  readonly options: Options;
  readonly env: Runtime['env'];
}
