import { apply } from './apply/index.ts';
import type { Command } from './command.ts';
import { completion } from './completion/index.ts';
import { doctor } from './doctor/index.ts';
import { get } from './get/index.ts';
import { list } from './list/index.ts';
import { login } from './login/index.ts';
import { logout } from './logout/index.ts';
import { patch } from './patch/index.ts';
import { report } from './report/index.ts';
import { routes } from './routes/index.ts';
import { runs } from './runs/index.ts';
import { serve } from './serve/index.ts';
import { undo } from './undo/index.ts';
import { wait } from './wait/index.ts';
import { watch } from './watch/index.ts';
import { whoami } from './whoami/index.ts';

const ROWS = [
  patch,
  get,
  list,
  watch,
  wait,
  report,
  routes,
  apply,
  runs,
  undo,
  login,
  logout,
  whoami,
  doctor,
  serve,
  completion,
] as const satisfies readonly Command[];

export type CommandName = (typeof ROWS)[number]['name'];

/** Every command, in the order of the help. */
export const COMMANDS: readonly (Command & { readonly name: CommandName })[] = ROWS;
