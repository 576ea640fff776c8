import { expect, test } from '@jest/globals';
import { nearestWord } from '../../src/overview/nearest-word.ts';
import { processorTime } from '../support/processor-time.ts';

const FORMATS = ['table', 'json', 'jsonl', 'csv', 'yaml', 'markdown'];
const COLUMNS = ['pendingCount', 'failedCount', 'lastUpdateDateTime'];

test.each([
  ['tabel', 'table'],
  ['JSON', 'json'],
  ['jsn', 'json'],
  ['jsonll', 'jsonl'],
  ['mark', 'markdown'],
  ['m', 'markdown'],
  ['js', 'json'],
  ['arkdown', 'markdown'],
  ['down', undefined],
  ['yml', 'yaml'],
  ['xlsx', undefined],
  ['', undefined],
])('the nearest format to %j is %s', (wrong, right) => {
  expect(nearestWord(wrong, FORMATS)).toBe(right);
});

test('up to half of the characters can be wrong', () => {
  expect(nearestWord('abxx', ['abcd'])).toBe('abcd');
  expect(nearestWord('axxx', ['abcd'])).toBeUndefined();
  expect(nearestWord('abcdxxxx', ['abcd'])).toBe('abcd');
  expect(nearestWord('abcdxxxxx', ['abcd'])).toBeUndefined();
});

test('the beginning of a word matches it, with any rest', () => {
  expect(nearestWord('mark', ['markdown-with-titles'])).toBe('markdown-with-titles');
  expect(nearestWord('down', ['markdown-with-titles'])).toBeUndefined();
});

test('letter case is ignored', () => {
  expect(nearestWord('PENDINGCOUNT', COLUMNS)).toBe('pendingCount');
  expect(nearestWord('lastUpdate', COLUMNS)).toBe('lastUpdateDateTime');
  expect(nearestWord('lastU', ['lastUpdateDateTime'])).toBe('lastUpdateDateTime');
  expect(nearestWord('abcd', ['ABXX'])).toBe('ABXX');
});

test('the nearest word is returned, and the first of equally near ones', () => {
  expect(nearestWord('jsonx', ['jsonab', 'jsony', 'json'])).toBe('jsony');
  expect(nearestWord('js', ['jsonl', 'json', 'jsox'])).toBe('json');
});

test('without words nothing is returned', () => {
  expect(nearestWord('x', [])).toBeUndefined();
});

test('a text that is much longer than every word has no match, and is not compared', () => {
  const started = processorTime();
  for (let again = 0; again < 100; again += 1)
    expect(nearestWord('x'.repeat(1_000_000), COLUMNS)).toBeUndefined();
  expect(processorTime() - started).toBeLessThan(1_000);
});
