/** The declaration of an option, for the command line, the help and the completion. */
export interface OptionRow {
  /** In commander's notation: `-o, --output <format>`. */
  readonly flags: string;
  readonly description: string;
  /** The allowed values; undefined if any value is allowed. */
  readonly choices?: readonly string[];
  /** The environment variable that is used if the option is missing. */
  readonly environment?: string;
  /** Its heading in the help. */
  readonly group?: string;
  /** Giving it twice is an error: its values are collected, so that the command can detect this. */
  readonly once?: boolean;
  /** May be given several times: its values are collected, and completion offers it again. */
  readonly repeatable?: boolean;
}

/** The given options: a member for each, by commander's name for it. */
export type OptionsOf<Rows extends readonly OptionRow[]> = {
  readonly [Row in Rows[number] as MemberOf<LongOf<Row['flags']>>]?: ValueOf<Row>;
};

/** `dry-run` → `dryRun`, `no-read` → `read`. */
export type MemberOf<Long extends string> = Long extends `no-${infer Name}` ? Camel<Name> : Camel<Long>;

type LongOf<Flags extends string> = Flags extends `${string}--${infer Long} ${string}`
  ? Long
  : Flags extends `${string}--${infer Long}`
    ? Long
    : never;

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** A value is unchecked text. Of `--no-read`, the member `read` is false if it is given, else true or missing. */
type ValueOf<Row extends OptionRow> = Row extends { once: true } | { repeatable: true }
  ? readonly string[]
  : Row['flags'] extends `${string}...>`
    ? readonly string[]
    : Row['flags'] extends `${string}>`
      ? string
      : Row['flags'] extends `${string}--no-${string}`
        ? boolean
        : true;

/** Sets the heading of options in the help. */
export function inGroup<const Rows extends readonly OptionRow[]>(group: string, rows: Rows): Rows {
  return rows.map((row) => ({ group, ...row })) as readonly OptionRow[] as Rows;
}
