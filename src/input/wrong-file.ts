import { type Failure, usage } from '../outcome/errors.ts';

const SAVE = 'save it as "CSV UTF-8" and use that file (in Excel: File, Save As, CSV UTF-8)';

/** The first bytes of files of other kinds, each with a description and a hint. */
const BYTES = [
  ['504b0304', 'an Excel workbook (.xlsx) or another ZIP archive', SAVE],
  ['504b0506', 'an empty ZIP archive', SAVE],
  ['d0cf11e0a1b11ae1', 'an Excel workbook of the old format (.xls)', SAVE],
  ['255044462d', 'a PDF document', `export the data from its source: ${SAVE}`],
  [
    '1f8b',
    'compressed with gzip',
    'decompress it first (gunzip, or `gzip -dc file | graph-overview apply -`)',
  ],
] as const;

/** The beginnings of text files of other kinds. */
const TEXTS = [
  [
    /^\s*<(?:!doctype\s+html|html|head|body|table)\b/i,
    'an HTML page',
    `it may be a sign-in or error page instead of a download, or a table from a web page: ${SAVE}`,
  ],
  [/^\s*<(?:\?xml|!--|[a-z])/i, 'an XML file', SAVE],
  [/^\{\\rtf/, 'a rich text document (RTF)', SAVE],
] as const;

/** Number of bytes needed to recognize every kind. */
export const MAX_MAGIC_LENGTH = 8;

/** A failure for a file of another kind, recognized by its first bytes; undefined if they may be text. */
export function wrongBytes(head: Uint8Array): Failure | undefined {
  const hex = Buffer.from(head.subarray(0, MAX_MAGIC_LENGTH)).toString('hex');
  const kind = BYTES.find(([magic]) => hex.startsWith(magic));
  return kind === undefined ? undefined : wrongKind(kind);
}

/** A failure for a file of another kind, recognized by its first line; undefined if it may be CSV or JSON. */
export function wrongText(head: string): Failure | undefined {
  const kind = TEXTS.find(([beginning]) => beginning.test(head));
  return kind === undefined ? undefined : wrongKind(kind);
}

function wrongKind([, what, hint]: readonly [unknown, string, string]): Failure {
  return usage(`the file is ${what}, not CSV or JSON`, hint);
}

/** A failure for bytes that are invalid in the encoding of the file. */
export function wrongEncoding(encoding: string, bytes: Uint8Array, atEnd: boolean): Failure {
  if (atEnd)
    return usage(
      'the file ends in the middle of a character: it is truncated, or it is not UTF-8',
      `download it again, or ${SAVE}`,
    );
  // Text has no control characters except line breaks and tabs.
  const text = encoding === 'utf-8' && !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32));
  return text
    ? usage('the file is not UTF-8; it looks like Windows-1252 ("ANSI", Latin-1)', SAVE)
    : usage('the file is neither UTF-8 nor UTF-16', SAVE);
}
