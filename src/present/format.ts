/** What `--output` takes. */
export const FORMATS = ['table', 'wide', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown', 'none'] as const;

export type Format = (typeof FORMATS)[number];

/** Formats for people at a terminal, in which a live result is drawn in place. */
export const TABLES: ReadonlySet<Format> = new Set(['table', 'wide']);
