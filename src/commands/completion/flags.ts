import type { OptionRow } from '../options/option-row.ts';

/** The parsed flags of an option. */
export interface Flags {
  /** Such as `-o`. */
  readonly short: string | undefined;
  /** Such as `--output`. */
  readonly long: string;
  /** The name of its value, such as `file`; undefined for a boolean option. */
  readonly value: string | undefined;
  /** Whether it takes every word up to the next flag. */
  readonly variadic: boolean;
}

/** Reads `-o, --output <format>`. */
export function readFlags({ flags }: OptionRow): Flags {
  const [, short, long = flags, value] = /^(?:(-\w), )?(--[\w-]+)(?: [<[](.+)[>\]])?$/.exec(flags) ?? [];
  const variadic = value?.endsWith('...') ?? false;
  return { short, long, value: variadic ? value?.slice(0, -3) : value, variadic };
}

/** Whether two options set the same value: the same flag, or `--color` and `--no-color`. */
export function sameOption(one: OptionRow, other: OptionRow): boolean {
  return one === other || positive(one) === positive(other);
}

function positive(row: OptionRow): string {
  return readFlags(row).long.replace(/^--no-/, '--');
}
