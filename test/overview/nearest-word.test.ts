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
])('of the formats, %j means %s', (wrong, right) => {
  expect(nearestWord(wrong, FORMATS)).toBe(right);
});

test('half of a word may be wrong, and no more', () => {
  expect(nearestWord('abxx', ['abcd'])).toBe('abcd');
  expect(nearestWord('axxx', ['abcd'])).toBeUndefined();
  expect(nearestWord('abcdxxxx', ['abcd'])).toBe('abcd');
  expect(nearestWord('abcdxxxxx', ['abcd'])).toBeUndefined();
});

test('the start of a word means it, however long the rest is', () => {
  expect(nearestWord('mark', ['markdown-with-titles'])).toBe('markdown-with-titles');
  expect(nearestWord('down', ['markdown-with-titles'])).toBeUndefined();
});

test('letter case says nothing', () => {
  expect(nearestWord('PENDINGCOUNT', COLUMNS)).toBe('pendingCount');
  expect(nearestWord('lastUpdate', COLUMNS)).toBe('lastUpdateDateTime');
  expect(nearestWord('lastU', ['lastUpdateDateTime'])).toBe('lastUpdateDateTime');
  expect(nearestWord('abcd', ['ABXX'])).toBe('ABXX');
});

test('the nearest wins, and among equals the first', () => {
  expect(nearestWord('jsonx', ['jsonab', 'jsony', 'json'])).toBe('jsony');
  expect(nearestWord('js', ['jsonl', 'json', 'jsox'])).toBe('json');
});

test('of no words none is near', () => {
  expect(nearestWord('x', [])).toBeUndefined();
});

test('what is far longer than every word is near none, and is not compared', () => {
  const started = processorTime();
  for (let again = 0; again < 100; again += 1)
    expect(nearestWord('x'.repeat(1_000_000), COLUMNS)).toBeUndefined();
  expect(processorTime() - started).toBeLessThan(1_000);
});
