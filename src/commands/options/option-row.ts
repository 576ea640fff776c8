/** One option of a command, as the command line, help and completion know it. */
export interface OptionRow {
  /** As commander writes it: `-o, --output <format>`. */
  readonly flags: string;
  readonly description: string;
  /** The values it takes, where there are only some. */
  readonly choices?: readonly string[];
  /** The environment variable that stands in for it. */
  readonly environment?: string;
  /** The heading it stands under in help. */
  readonly group?: string;
  /** Given twice it is a fault, not a change of mind: its values are collected. */
  readonly once?: boolean;
  /** May be given several times: its values are collected, and completion offers it again. */
  readonly repeatable?: boolean;
}

/** What the command line gives for some rows: a member for each option that is given, by commander's name for it. */
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

/** A value is unchecked text. Without `--no-read`, `read` is true, or missing where nothing is given. */
type ValueOf<Row extends OptionRow> = Row extends { once: true } | { repeatable: true }
  ? readonly string[]
  : Row['flags'] extends `${string}...>`
    ? readonly string[]
    : Row['flags'] extends `${string}>`
      ? string
      : Row['flags'] extends `${string}--no-${string}`
        ? boolean
        : true;

/** Puts options under one heading of the help. */
export function inGroup<const Rows extends readonly OptionRow[]>(group: string, rows: Rows): Rows {
  return rows.map((row) => ({ group, ...row })) as readonly OptionRow[] as Rows;
}
