declare function cellWidth(text: string): number;

declare namespace cellWidth {
  /** What cli-table3 measures texts with from now on. */
  function use(measure: (text: string) => number): void;
}

export = cellWidth;
