/** What `--output` takes. */
export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'tsv', 'yaml', 'markdown', 'none'] as const;

export type Format = (typeof FORMATS)[number];
