import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SharedLog } from '../../src/state/shared-log.ts';
import { UnsafeFileError } from '../../src/state/unsafe-file.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

let above: string;
let folder: string;
let open: SharedLog[];

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'graph-overview-test-'));
  folder = join(above, 'state', 'quota');
  open = [];
});

afterEach(() => {
  for (const log of open) log.close();
  rmSync(above, { recursive: true });
});

function logOf(host = 'host', name = 'https_graph'): SharedLog {
  const log = new SharedLog(folder, host, name);
  open.push(log);
  return log;
}

function onlyFile(): string {
  const [name = '', ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  return join(folder, name);
}

test('every process reads every line once, in the same order, including its own lines', () => {
  const [one, other] = [logOf(), logOf()];
  expect(one.read(NOW)).toEqual([]);
  one.append('a', NOW);
  other.append('b', NOW);
  one.append('c', NOW + 1);
  expect(one.read(NOW + 1)).toEqual(['a', 'b', 'c']);
  expect(one.read(NOW + 1)).toEqual([]);
  expect(other.read(NOW + 1)).toEqual(['a', 'b', 'c']);
  expect(logOf().read(NOW + 2)).toEqual(['a', 'b', 'c']);
});

test('reading creates no file', () => {
  logOf().read(NOW);
  expect(() => statSync(folder)).toThrow('ENOENT');
});

test('the log is readable only by its owner', () => {
  logOf().append('a', NOW);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
});

test('an incomplete line does not affect others', () => {
  const log = logOf();
  log.append('a', NOW);
  appendFileSync(onlyFile(), '{"half');
  log.append('b', NOW);
  expect(log.read(NOW)).toEqual(['a', '{"half', 'b']);
});

test('an incomplete line is read when it is complete', () => {
  const log = logOf();
  log.append('a', NOW);
  const file = onlyFile();
  appendFileSync(file, 'b');
  expect(log.read(NOW)).toEqual(['a']);
  appendFileSync(file, 'c\n');
  expect(log.read(NOW)).toEqual(['bc']);
});

test('the log continues in further files, and at least ten minutes are read', () => {
  const log = logOf();
  for (let minute = 0; minute < 10; minute += 1) log.append(String(minute), NOW + minute * MINUTE);
  expect(readdirSync(folder).length).toBeGreaterThan(1);
  expect(logOf().read(NOW + 10 * MINUTE)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(log.read(NOW + 10 * MINUTE)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('files that are half an hour old are removed for every log of this host, and no others', () => {
  logOf('host', 'one').append('a', NOW);
  logOf('host', 'two').append('a', NOW);
  logOf('host-b', 'one').append('a', NOW);
  writeFileSync(join(folder, 'notes.txt'), '');
  logOf('host', 'one').append('b', NOW + 30 * MINUTE);
  const names = readdirSync(folder).map((name) => name.replace(/\d+/, 'N'));
  expect(names.sort()).toEqual(['host-b~one.N.log', 'host~one.N.log', 'notes.txt']);
});

test('no line is lost if the clock is set back', () => {
  const [one, other] = [logOf(), logOf()];
  one.append('a', NOW);
  one.append('b', NOW - 60 * MINUTE);
  other.append('c', NOW - 60 * MINUTE);
  expect(one.read(NOW - 60 * MINUTE)).toEqual(['a', 'b', 'c']);
});

test('logs of other hosts and with other names are separate', () => {
  logOf('host', 'one').append('a', NOW);
  logOf('host', 'two').append('b', NOW);
  logOf('guest', 'one').append('c', NOW);
  expect(logOf('host', 'one').read(NOW)).toEqual(['a']);
});

test('a name can be any text', () => {
  const log = logOf('a/b', `http://127.0.0.1:80/../x${'y'.repeat(500)}`);
  log.append('a', NOW);
  expect(readFileSync(onlyFile(), 'utf8')).toBe('\na\n');
});

test('only the end of a large file is read', () => {
  logOf().append('a', NOW);
  appendFileSync(onlyFile(), `${'x'.repeat(9_000_000)}\n`);
  logOf().append('b', NOW);
  expect(logOf().read(NOW).at(-1)).toBe('b');
  expect(logOf().read(NOW)).not.toContain('a');
});

test.each<[string, () => void]>([
  [
    'a folder that is a link',
    () => {
      mkdirSync(join(above, 'elsewhere'));
      symlinkSync(join(above, 'elsewhere'), folder);
    },
  ],
  [
    'a folder that others can write to',
    () => {
      mkdirSync(folder);
      chmodSync(folder, 0o777);
    },
  ],
  [
    'a file that is a link',
    () => {
      logOf().append('a', NOW);
      const file = onlyFile();
      rmSync(file);
      symlinkSync(join(above, 'elsewhere'), file);
    },
  ],
  [
    'a file that others can write to',
    () => {
      logOf().append('a', NOW);
      chmodSync(onlyFile(), 0o666);
    },
  ],
])('%s is not used', (_, prepare) => {
  mkdirSync(join(above, 'state'));
  prepare();
  expect(() => logOf().append('b', NOW)).toThrow(UnsafeFileError);
});

test('an append below a folder in which nothing can be created fails', () => {
  folder = '/proc/none/quota';
  expect(() => logOf().append('a', NOW)).toThrow();
});
