declare function cellWidth(text: string): number;

declare namespace cellWidth {
  /** Sets the function with which cli-table3 measures text. */
  function use(measure: (text: string) => number): void;
}

export = cellWidth;
