import type { Runtime } from '../../process/runtime.ts';

/** Where settings come from: a flag wins over the environment. */
export interface Source<Given> {
  readonly options: Given;
  readonly env: Runtime['env'];
}
