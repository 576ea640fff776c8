import type { Command } from './command.ts';
import { get } from './get/index.ts';
import { list } from './list/index.ts';
import { patch } from './patch/index.ts';
import { routes } from './routes/index.ts';
import { serve } from './serve/index.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [patch, get, list, routes, serve];
