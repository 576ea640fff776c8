import { comparable } from '../../input/columns.ts';
import { usage } from '../../outcome/errors.ts';
import { nearestWord } from '../../overview/nearest-word.ts';
import type { Format } from '../../present/format.ts';
import { LIST_COLUMNS, type ListColumn } from '../../present/views/list-columns.ts';

/** Formats with columns. The others have whole records, from which `--query` can select. */
const WITH_COLUMNS: readonly Format[] = ['table', 'wide', 'csv', 'tsv', 'markdown', 'none'];

/** Formats whose columns are values, so that they have no bars. */
const FLAT: readonly Format[] = ['csv', 'tsv'];

/**
 * Reads `--columns`: names separated by commas, those of `--sort` or of the columns of csv, in any letter case. Duplicates
 * are removed.
 * @throws a `usage` Failure for an unknown name, or for a format without such columns
 */
export function readColumns(text: string, format: Format, query: string | undefined): readonly ListColumn[] {
  if (query !== undefined)
    throw usage('--columns and --query cannot be used together', 'select the members in --query');
  if (!WITH_COLUMNS.includes(format))
    throw usage(
      `--columns: ${format} has whole records, not columns`,
      `use -o table, wide, csv, tsv or markdown, or --query with ${format}`,
    );
  const columns = [...new Set(text.split(',').map((word) => columnNamed(word.trim())))];
  const drawn = FLAT.includes(format) ? columns.find(({ flat }) => flat === undefined) : undefined;
  if (drawn === undefined) return columns;
  throw usage(`--columns: ${drawn.word} is available only in tables`, `remove it with -o ${format}`);
}

function columnNamed(word: string): ListColumn {
  const plain = comparable(word);
  const found = LIST_COLUMNS.find((column) => namesOf(column).some((name) => comparable(name) === plain));
  if (found !== undefined) return found;
  const words = LIST_COLUMNS.map((column) => column.word);
  const near = nearestWord(word, words);
  throw usage(
    `--columns: ${JSON.stringify(word)} is not a column`,
    near === undefined ? `it takes ${words.join(', ')}` : `did you mean ${near}?`,
  );
}

function namesOf({ word, flat }: ListColumn): readonly string[] {
  return flat === undefined ? [word] : [word, flat];
}
