import { usage } from '../../outcome/errors.ts';
import { nearestWord } from '../../overview/nearest-word.ts';
import type { Format } from '../../present/format.ts';
import { LIST_COLUMNS, type ListColumn } from '../../present/views/list-columns.ts';

/** Formats that have columns. The others hold whole records, of which `--query` takes what is wanted. */
const WITH_COLUMNS: readonly Format[] = ['table', 'wide', 'csv', 'tsv', 'markdown', 'none'];

/** Formats whose columns are values, not drawings. */
const FLAT: readonly Format[] = ['csv', 'tsv'];

/**
 * Reads `--columns`: names with commas between them, as `--sort` has them or as the columns of csv, in any letter case.
 * One that is named twice stands where it was named first.
 * @throws a `usage` Failure for an unknown name, and for a format without such columns
 */
export function readColumns(text: string, format: Format, query: string | undefined): readonly ListColumn[] {
  if (query !== undefined)
    throw usage('--columns and --query exclude each other', 'name the members in --query');
  if (!WITH_COLUMNS.includes(format))
    throw usage(
      `--columns: ${format} has whole records, not columns`,
      `give it with -o table, wide, csv, tsv or markdown; for ${format} there is --query`,
    );
  const columns = [...new Set(text.split(',').map((word) => columnNamed(word.trim())))];
  const drawn = FLAT.includes(format) ? columns.find(({ flat }) => flat === undefined) : undefined;
  if (drawn === undefined) return columns;
  throw usage(`--columns: ${drawn.word} is for tables only`, `remove it with -o ${format}`);
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

/** As the columns of bulk files are compared. */
function comparable(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
