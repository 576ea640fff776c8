import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type FileOutcome, readFile } from './read-file.ts';

const CSV = 'deviceConfigurationId,pending,#note\r\na,12,größe\r\n';
const ROWS: FileOutcome = { rows: [[2, 'a', { pendingCount: 12 }]] };
const JSON_LIST = '[{"deviceConfigurationId":"a","pending":12}]';
const JSON_ROWS: FileOutcome = { rows: [[1, 'a', { pendingCount: 12 }]] };
const SAVE = 'save it as "CSV UTF-8" and use that file (in Excel: File, Save As, CSV UTF-8)';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const wrong = (...errors: readonly string[]): FileOutcome => ({ errors });
const notCsv = (what: string, hint = SAVE): FileOutcome =>
  wrong(`the file is ${what}, not CSV or JSON (${hint})`);
const PAGE = `it may be a sign-in or error page instead of a download, or a table from a web page: ${SAVE}`;

test.each<[string, string | Uint8Array, FileOutcome]>([
  ['UTF-8', CSV, ROWS],
  ['UTF-8 with a byte-order mark', `\ufeff${CSV}`, ROWS],
  ['UTF-8 with two byte-order marks, as in concatenated files', `\ufeff\ufeff${CSV}`, ROWS],
  ['UTF-16LE', utf16(`\ufeff${CSV}`), ROWS],
  ['UTF-16BE', utf16(`\ufeff${CSV}`).swap16(), ROWS],
  ['UTF-16LE without a byte-order mark', utf16(CSV), ROWS],
  ['UTF-16BE without a byte-order mark', utf16(CSV).swap16(), ROWS],
  [
    'a short UTF-16LE file without a byte-order mark',
    utf16('deviceConfigurationId,failed\na,1'),
    {
      rows: [[2, 'a', { failedCount: 1 }]],
    },
  ],
  ['JSON with a byte-order mark', `\ufeff${JSON_LIST}`, JSON_ROWS],
  ['JSON in UTF-16LE', utf16(`\ufeff${JSON_LIST}`), JSON_ROWS],
  ['JSON in UTF-16LE without a byte-order mark', utf16(JSON_LIST), JSON_ROWS],
  [
    'Windows-1252',
    Buffer.from(CSV, 'latin1'),
    wrong(`the file is not UTF-8; it looks like Windows-1252 ("ANSI", Latin-1) (${SAVE})`),
  ],
  [
    'Windows-1252 with errors in its rows',
    Buffer.from('deviceConfigurationId,pending\na,x\nb,größe\n', 'latin1'),
    wrong(`the file is not UTF-8; it looks like Windows-1252 ("ANSI", Latin-1) (${SAVE})`),
  ],
  [
    'UTF-8 truncated in a character',
    Buffer.from(CSV).subarray(0, CSV.indexOf('ö') + 1),
    wrong(
      `the file ends in the middle of a character: it is truncated, or it is not UTF-8 (download it again, or ${SAVE})`,
    ),
  ],
  [
    'an Excel workbook',
    Buffer.from('504b03041400060008000000210062ee9d68', 'hex'),
    notCsv('an Excel workbook (.xlsx) or another ZIP archive'),
  ],
  [
    'an old Excel workbook',
    Buffer.from('d0cf11e0a1b11ae10000000000000000', 'hex'),
    notCsv('an Excel workbook of the old format (.xls)'),
  ],
  ['a PDF', '%PDF-1.7\n%âãÏÓ\n', notCsv('a PDF document', `export the data from its source: ${SAVE}`)],
  [
    'gzip',
    gzipSync(CSV),
    notCsv(
      'compressed with gzip',
      'decompress it first (gunzip, or `gzip -dc file | graph-overview apply -`)',
    ),
  ],
  ['an HTML page', '\r\n<!DOCTYPE html>\n<html><head><title>Sign in</title>', notCsv('an HTML page', PAGE)],
  ['an HTML page without a doctype', '<html lang="en"><body>', notCsv('an HTML page', PAGE)],
  ['an HTML page in UTF-16', utf16('\ufeff<!doctype HTML><html></html>'), notCsv('an HTML page', PAGE)],
  [
    'an HTML table that was saved as .xls',
    '<table><tr><td>deviceConfigurationId</td></tr>',
    notCsv('an HTML page', PAGE),
  ],
  ['XML', '<?xml version="1.0"?><Workbook/>', notCsv('an XML file')],
  ['rich text', '{\\rtf1\\ansi deviceConfigurationId}', notCsv('a rich text document (RTF)')],
  ['an empty file', '', { rows: [] }],
])('%s', async (_, content, expected) => {
  expect(await readFile(content)).toEqual(expected);
});
