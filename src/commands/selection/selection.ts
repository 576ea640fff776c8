import { InputErrors, usage } from '../../outcome/errors.ts';
import { type Condition, evaluate, propertiesOf, readCondition } from '../../overview/condition/index.ts';
import type { ListWord } from '../../present/views/list-columns.ts';
import type { Configuration } from '../../service/configurations.ts';
import type { Undecided } from '../conditions/undecided.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import { compileGlob } from './glob.ts';
import { type Order, readOrder } from './order.ts';

/** A selection of configurations, and their order. */
export interface Selection {
  /** Whether fewer configurations may be shown than were read, so that both numbers are reported. */
  readonly narrows: boolean;
  /** Whether a configuration is selected; adds to `undecided` why the condition cannot be evaluated. */
  includes(configuration: Configuration, undecided: Undecided): boolean;
  readonly order: Order | undefined;
  readonly top: number;
  /** The sort keys and the properties of the condition. */
  readonly words: readonly ListWord[];
}

type Test = (configuration: Configuration, undecided: Undecided) => boolean;

/**
 * Reads `--where`, `--name`, `--type`, `--sort` and `--top`.
 * @param now in milliseconds since the epoch, for ages in conditions
 * @throws a `usage` Failure with all errors
 */
export function readSelection(options: SelectionOptions, now: number): Selection {
  const errors = new InputErrors();
  const { where, name, type, sort, top } = options;
  const condition = where === undefined ? undefined : errors.collect(() => readCondition(where, '--where'));
  const tests: (Test | undefined)[] = [
    type === undefined ? undefined : ofType(type),
    name === undefined ? undefined : errors.collect(() => named(name)),
    condition && meeting(condition, now),
  ];
  const order = sort === undefined ? undefined : errors.collect(() => readOrder(sort));
  const limit = top === undefined ? Number.POSITIVE_INFINITY : errors.collect(() => readTop(top));
  errors.throwIfAny();
  const given = tests.filter((test) => test !== undefined);
  return {
    narrows: given.length > 0 || (top !== undefined && order !== undefined),
    includes: (configuration, undecided) => given.every((test) => test(configuration, undecided)),
    order,
    top: limit ?? Number.POSITIVE_INFINITY,
    words: [
      ...(order?.words ?? []),
      ...(condition === undefined ? [] : propertiesOf(condition).map(({ flag }) => flag)),
    ],
  };
}

function ofType(text: string): Test {
  const wanted = text.toLowerCase();
  return ({ '@odata.type': type }) => type?.toLowerCase().includes(wanted) ?? false;
}

/** Compares the name with a shell pattern. A slash has no special meaning, since a name is not a path. */
function named(glob: string): Test {
  if (glob === '') throw usage('--name: the pattern is empty', 'write a pattern such as "wi-fi*"');
  const matches = compileGlob(glob);
  return ({ displayName }) => matches(displayName ?? '');
}

/** Configurations without an overview are kept, since the condition cannot be evaluated. */
function meeting(condition: Condition, now: number): Test {
  return ({ overview }, undecided) => {
    if (overview === undefined) return true;
    const { holds, reasons } = evaluate(condition, overview, now);
    undecided.add(reasons);
    return holds;
  };
}

function readTop(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw usage(`--top: ${JSON.stringify(text)} is not allowed; it takes a whole number from 1`);
}
