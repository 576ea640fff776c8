import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { ENTITY_TYPES } from '../../src/catalog/navigation.ts';
import { type ApiVersion, PROPERTIES } from '../../src/catalog/properties.ts';
import { ROUTES } from '../../src/catalog/routes.ts';
import { editedRows } from '../../src/input/base.ts';
import { foundRows, type NotFound } from '../../src/input/found-rows.ts';
import { readRows } from '../../src/input/read-rows.ts';
import type { FileRows, Row } from '../../src/input/row.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { readBody } from '../../src/overview/body.ts';
import { evaluate, readCondition } from '../../src/overview/condition/index.ts';
import { propertiesOf } from '../../src/overview/condition/properties.ts';
import { sameValue } from '../../src/overview/difference.ts';
import type { Named } from '../../src/overview/match-name.ts';
import { metadataPaths } from '../../src/overview/metadata.ts';
import { checkValues } from '../../src/overview/payload.ts';
import { overviewPath, readRoute } from '../../src/overview/route.ts';
import { readListing } from '../../src/report/read-listing.ts';
import { checkFresh, checkReplaceable, loadPlan, rowsOf, savePlan } from '../../src/runs/plan-file.ts';
import { damaged, json, text, twisted } from './arbitraries.ts';
import { look, orFailure } from './look.ts';

/** Generated files and flags of a user: encodings, separators, names, bases, routes and conditions. */

const NOW = Date.UTC(2026, 0, 2);
const VERSIONS = fc.constantFrom<ApiVersion>('beta', 'beta', 'v1.0');

type Encoding =
  | 'utf-8'
  | 'utf-8 with a mark'
  | 'utf-16le'
  | 'utf-16be'
  | 'utf-16le with a mark'
  | 'utf-16be with a mark';
const ENCODINGS: readonly Encoding[] = [
  ...(['utf-8', 'utf-8 with a mark', 'utf-16le', 'utf-16be'] as const),
  ...(['utf-16le with a mark', 'utf-16be with a mark'] as const),
];

function encoded(content: string, encoding: Encoding): Buffer {
  const whole = encoding.endsWith('mark') ? `\ufeff${content}` : content;
  if (encoding.startsWith('utf-8')) return Buffer.from(whole);
  const bytes = Buffer.from(whole, 'utf16le');
  return encoding.startsWith('utf-16le') ? bytes : bytes.swap16();
}

/** @param size the number of bytes in each chunk; 0 yields the text itself, as standard input can */
async function* inParts(content: string | Buffer, size: number): AsyncGenerator<Uint8Array | string> {
  if (size === 0 && typeof content === 'string') return yield content;
  const bytes = Buffer.from(content);
  const step = Math.max(size, Math.ceil(bytes.length / 200), 1);
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

const parts = fc.constantFrom(0, 1, 7, 64, 4_096);
const count = fc.nat(5);
const record = fc.record(
  {
    deviceConfigurationId: fc.constantFrom(
      'a',
      'B',
      'c',
      '5a3b1c00-0b1e-4d5a-9c3e-000000000002',
      'id:x',
      'é',
    ),
    displayName: fc.constantFrom('Wi-Fi', 'wi-fi', 'Gerät', 'VPN', '=1', 'a "b", c'),
    via: fc.constantFrom('direct', 'wifi-eap', 'nothing', ROUTES[1]?.path ?? ''),
    certificateId: fc.constantFrom('x', ''),
    pending: fc.oneof(count, fc.constant('')),
    failedCount: count,
    conflict: count,
    'last-update': fc.constantFrom('now', '2026-01-01T00:00:00Z', '2026-01-01'),
    overviewId: fc.constantFrom('o', ''),
    '#note': fc.oneof(text, fc.constantFrom('a\nb', '"')),
    ...{ displayname: fc.constantFrom('Wi-Fi', 'x'), VIA: fc.constant('direct'), PENDING: count },
  },
  { requiredKeys: [] },
);
/** A record without an error of its own. */
const sound = fc.record(
  {
    deviceConfigurationId: fc.constantFrom('a', 'B', 'c', 'é'),
    displayName: fc.constantFrom('Wi-Fi', 'wi-fi', 'Gerät', 'VPN', '=1', 'a "b", c'),
    pending: count,
    failedCount: count,
    'last-update': fc.constantFrom(
      '2026-01-01T00:00:00Z',
      '2026-01-01T01:00:00+01:00',
      '2026-01-02T00:00:00Z',
    ),
  },
  { requiredKeys: [] },
);
type Fields = Record<string, string | number>;
const records = fc.oneof(
  fc.array(record as fc.Arbitrary<Fields>, { minLength: 1, maxLength: 6 }),
  fc.uniqueArray(sound as fc.Arbitrary<Fields>, {
    minLength: 1,
    maxLength: 4,
    selector: (one) => String(one.deviceConfigurationId ?? one.displayName ?? '').toLowerCase(),
  }),
);
const keyed = fc
  .tuple(records, fc.constantFrom('deviceConfigurationId', 'displayName'))
  .map(([all, key]) => all.map((one, index) => ({ [key]: `k-${index}`, ...one }) as Fields));

/** Records as `list` prints them, also with an error instead of an overview. */
const listed = fc.array(
  fc.record({
    deviceConfigurationId: fc.constantFrom('a', 'b', 'c', 'd'),
    displayName: fc.constantFrom('Wi-Fi', null),
    '@odata.type': fc.constantFrom('#t', null),
    overview: fc.oneof(
      fc.record({ id: fc.constant('o'), pendingCount: count, '@odata.context': fc.constant('x') }),
      fc.constantFrom(null, 7),
    ),
    error: fc.constantFrom(null, { kind: 'graph', message: 'm' }, 3),
  }),
  { minLength: 1, maxLength: 4 },
);

const csv = fc
  .tuple(
    keyed,
    fc.constantFrom(',', ';', '\t', '|'),
    fc.boolean(),
    fc.constantFrom('', '', '\n', ';;\n', 'quoted', 'quoted rows'),
  )
  .map(([all, delimiter, named, before]) => {
    const columns = [...new Set(all.flatMap((one) => Object.keys(one)))];
    const table = stringify([columns, ...all.map((one) => columns.map((name) => one[name] ?? ''))], {
      delimiter,
    });
    // A spreadsheet can quote whole rows, with or without the header.
    if (before === 'quoted rows' || before === 'quoted') {
      const [header = '', ...rows] = table.split('\n');
      const quoted = (line: string): string => (line === '' ? '' : `"${line.replaceAll('"', '""')}"`);
      return [before === 'quoted' ? quoted(header) : header, ...rows.map(quoted)].join('\n');
    }
    return `${before}${named || delimiter === '|' ? `sep=${delimiter}\n` : ''}${table}`;
  });
const asJson = fc
  .tuple(
    fc.oneof(keyed as fc.Arbitrary<readonly unknown[]>, listed as fc.Arbitrary<readonly unknown[]>),
    fc.nat(4),
  )
  .map(([all, form]) => {
    if (form === 0) return JSON.stringify(all, null, 2);
    if (form === 1) return JSON.stringify(all);
    if (form === 2) return all.map((one) => JSON.stringify(one, null, 1)).join('');
    if (form === 3) return `[${all.map((one) => JSON.stringify(one)).join(' ,\n')}`;
    return all.map((one) => `\x1e${JSON.stringify(one)}`).join('\n');
  });
/** Lists with wrong commas, and rows with too many values. */
const odd = fc.constantFrom(
  ...[
    '[]',
    '[,{"deviceConfigurationId":"a"}]',
    '"deviceConfigurationId,pending"\na,1\n"b,2"',
    '[{"deviceConfigurationId":"a"},]',
    '[,]',
    '[{}],',
    '{},{}',
    '[{}{}]',
  ],
  `{${Array.from({ length: 1_001 }, (_, at) => `"#${at}":1`).join()}}`,
  `deviceConfigurationId\n${','.repeat(1_001)}x`,
  'deviceConfigurationId,pending,\na,1',
  'deviceConfigurationId,pending\na,1\na,\na,1\na,2',
  'displayName,pending\nWi-Fi,1\nVPN,\nwi-fi,1\nWi-Fi,1',
  `deviceConfigurationId,pending\n${Array.from({ length: 90 }, (_, at) => (at % 2 ? `${at},x` : `${at},1`)).join('\n')}`,
);
const good = fc.oneof(
  { weight: 8, arbitrary: csv },
  { weight: 8, arbitrary: asJson },
  { weight: 3, arbitrary: odd },
);

const WORDS = [
  ...[
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '[',
    ']',
    '{',
    '}',
    ':',
    '\\',
    ']]',
    '][',
    '},{',
    ',,',
    ', ]',
    '[,',
  ],
  ...[
    '"displayName":',
    '"overview":7',
    '"pending":1,"pending":2',
    'sep=;\n',
    'displayName',
    '"a,b"',
    'null',
    '1.0',
    "'=",
  ],
  ...[
    '[7]',
    '"x"',
    '{"overview":{"id":1,"id":2}}',
    '['.repeat(70),
    '{"a":'.repeat(70),
    '<html>',
    '<?xml',
    '{\\rtf',
  ],
];
/** Large content, which is too slow for every test: spaces, a JSON value, an open quote, a line. */
const LARGE = [' ', '[{"a":"', 'a,b\n"', 'x'];
const large = fc.constantFrom(...LARGE).map((start) => start.padEnd(1_100_000, start === ' ' ? ' ' : 'x'));
const MAGIC = [
  '504b0304',
  '504b0506',
  'd0cf11e0a1b11ae1',
  '255044462d',
  '1f8b',
  'fffe',
  'feff',
  '80',
  'e282',
];

function expectSound(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') expect(name).toMatch(/^(id|lastUpdateDateTime)$/);
    else expect(Number.isInteger(value) && (value as number) >= 0).toBe(true);
  }
}

/** The configurations that are found for the names of a file; some are not found. */
function lookUp({ named }: FileRows): Map<string, Named | NotFound> {
  return new Map(
    named.map(({ name }) => [
      name,
      name.length % 5 === 3
        ? { message: `there is no configuration ${JSON.stringify(name)}`, hint: undefined }
        : { id: name.length % 2 === 0 ? 'a' : name, displayName: name.toUpperCase() },
    ]),
  );
}

describe('a bulk file', () => {
  test('is read the same in every encoding, with every line break, in any chunks', async () => {
    const outcome = async (content: AsyncIterable<Uint8Array | string>): Promise<unknown> => {
      const read = await orFailure(['usage'], () => readRows(content, { apiVersion: 'beta', now: NOW }));
      return read instanceof Failure ? read.message : read;
    };
    await look(
      'bulk files, in every encoding',
      150,
      fc.asyncProperty(
        good,
        fc.constantFrom(...ENCODINGS),
        fc.constantFrom('\n', '\r\n', '\r'),
        parts,
        async (content, encoding, end, size) => {
          const other = encoded(content.replaceAll('\n', end), encoding);
          // A short text has too few zero bytes to detect the encoding.
          if (other.length < 64 && !encoding.endsWith('mark')) return;
          // Notes in other alphabets have no zero bytes.
          if (!/^[\0-\x7f]*$/.test(content.slice(0, 32)) && !encoding.endsWith('mark')) return;
          // UTF-8 cannot encode a lone surrogate.
          if (!content.isWellFormed()) return;
          // A line break in quotes is part of the value.
          if (content.includes('\r')) return;
          expect(await outcome(inParts(other, size))).toEqual(await outcome(inParts(content, 0)));
        },
      ),
    );
  });

  test('of any form, damaged, is read as valid rows or is a usage error, also with names and a base', async () => {
    const bytes = fc.oneof(
      { weight: 40, arbitrary: damaged(good, WORDS).map((one): string | Buffer => one) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(good, fc.constantFrom(...MAGIC), fc.boolean())
          .map(([one, magic, after]) =>
            Buffer.concat(halves(Buffer.from(one), Buffer.from(magic, 'hex'), after)),
          ),
      },
      {
        weight: 4,
        arbitrary: fc.tuple(good, fc.constantFrom(...ENCODINGS)).map(([one, how]) => encoded(one, how)),
      },
    );
    await look(
      'bulk files of every form, damaged',
      200,
      fc.asyncProperty(
        bytes,
        fc.option(good, { freq: 2 }),
        parts,
        VERSIONS,
        async (content, given, size, apiVersion) => {
          // The base can also be the same file with its instants in another time zone.
          const base =
            given ?? String(content).replaceAll('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00');
          const read = async (from: string | Buffer): Promise<FileRows | Failure> =>
            orFailure(['usage'], () => readRows(inParts(from, size), { apiVersion, now: NOW }));
          const file = await read(content);
          if (file instanceof Failure) return;
          const rows = await orFailure(['usage'], () => foundRows(file, lookUp(file)));
          if (rows instanceof Failure) return;
          expect(rows).toHaveLength(file.rows.length + file.named.length);
          for (const { values, deviceConfigurationId } of rows) {
            expect(deviceConfigurationId).not.toMatch(/^\.{0,2}$|[\0-\x1f]/);
            expectSound(values);
          }
          const other = await read(base);
          const was = other instanceof Failure ? rows : other.rows;
          expectEdited(editedRows(rows, was), rows);
          for (const row of editedRows(rows, rows))
            if (row.duplicateOf === undefined) expect(Object.keys(row.values)).toEqual([]);
        },
      ),
    );
  });

  test('with a part that is too large is a usage error', async () => {
    await look(
      'bulk files that are too large',
      5,
      fc.asyncProperty(large, fc.constantFrom(0, 7), async (content, size) => {
        const read = await orFailure(['usage'], () =>
          readRows(inParts(content, size), { apiVersion: 'beta', now: NOW }),
        );
        expect(read).toBeInstanceOf(Failure);
      }),
    );
  });

  test('with names is read as the rows of the configurations found, in its order', async () => {
    const name = fc.constantFrom('Wi-Fi', 'wi-fi', 'Gerät', 'Gera\u0308t', 'Kiosk', 'Büro', 'VPN', 'x');
    const one = fc.record({
      key: fc.oneof(
        name.map((displayName) => ({ displayName })),
        fc.constantFrom('a', 'b', 'x').map((deviceConfigurationId) => ({ deviceConfigurationId })),
      ),
      pending: fc.constantFrom<number | null>(1, 1, 1, 2, null),
    });
    const place = fc.constantFrom<Named | NotFound>(
      ...['a', 'b', 'c', 'd'].map((id) => ({ id, displayName: id.toUpperCase() })),
      { message: 'there is no configuration "x"', hint: undefined },
    );
    await look(
      'rows with names, as they are found',
      200,
      fc.asyncProperty(
        fc.array(one, { minLength: 1, maxLength: 5 }),
        fc.array(place, { minLength: 4, maxLength: 4 }),
        async (all, places) => {
          const lines = all.map(({ key, pending }) => JSON.stringify({ ...key, pending }));
          const file = await orFailure(['usage'], () =>
            readRows(inParts(lines.join('\n'), 0), { apiVersion: 'beta', now: NOW }),
          );
          if (file instanceof Failure) return;
          const found = new Map(
            // Both ways to write an umlaut name one configuration.
            file.named.map(({ name: wanted }) => [
              wanted,
              places[wanted.normalize('NFC').length % 4] as Named | NotFound,
            ]),
          );
          const rows = await orFailure(['usage'], () => foundRows(file, found));
          if (rows instanceof Failure) return;
          expect(rows.map(({ line }) => line)).toEqual(all.map((_, index) => index + 1));
          // The rows for one overview that are written have the same value.
          for (const row of rows) {
            const others = rows.filter(({ deviceConfigurationId: id }) => id === row.deviceConfigurationId);
            const wanted = new Set(others.flatMap(({ values }) => values.pendingCount ?? []));
            expect(wanted.size).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  function halves(whole: Buffer, magic: Buffer, after: boolean): Buffer[] {
    return after ? [whole, magic] : [magic, whole];
  }

  function expectEdited(edited: readonly Row[], rows: readonly Row[]): void {
    expect(edited.map(({ line }) => line)).toEqual(rows.map(({ line }) => line));
    for (const { values, base = {} } of edited)
      for (const [name, value] of Object.entries(base))
        expect(sameValue(name, values[name], value)).toBe(false);
  }
});

test('a body is read as values of its API version or is a usage error', async () => {
  const whole = twisted({
    '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
    '@odata.context': 'x',
    id: 'o',
    pendingCount: 1,
    conflictCount: 2,
    lastUpdateDateTime: '2026-01-01T00:00:00Z',
  });
  const body = fc.oneof(
    whole.map((one) => JSON.stringify(one) ?? ''),
    whole.map((one) => `\ufeff${JSON.stringify(one, null, 1)}`),
    damaged(
      whole.map((one) => JSON.stringify(one)),
      ['"id":1,', '"@odata.type":"x",', '{"a":', '"1"', '\r\n'],
    ),
    fc.constantFrom(
      '{}',
      '',
      ' ',
      `${'['.repeat(40)}`,
      '{"pendingCount":"3"}',
      '{"id":""}',
      '{"id":"a","id":"a"}',
    ),
  );
  await look(
    '--body, by the version of the API',
    300,
    fc.asyncProperty(body, VERSIONS, async (one, apiVersion) => {
      const values = await orFailure(['usage'], async () =>
        checkValues(await readBody(one, '--body', NOW), apiVersion),
      );
      if (values instanceof Failure) return;
      expect(Object.keys(values).length).toBeGreaterThan(0);
      expectSound(values);
      for (const name of Object.keys(values))
        expect(PROPERTIES.find((row) => row.name === name)?.apiVersions).toContain(apiVersion);
    }),
  );
});

test('--via with paths of the metadata keeps its segments or is a usage error', async () => {
  const ids = fc.constantFrom('{id}', '{id}', 'x', '5a3b1c00-0b1e-4d5a-9c3e-000000000002', '..', '');
  const known = fc
    .tuple(
      fc.constantFrom(
        ...metadataPaths(),
        ...ROUTES.map(({ path }) => path),
        ...ROUTES.map(({ name }) => name),
      ),
      ids,
    )
    .map(([path, id]) => path.replaceAll('{id}', id));
  // Segments of the metadata in any order; most of them cannot follow one another.
  const step = fc.constantFrom(
    ...ENTITY_TYPES.map(({ name }) => `microsoft.graph.${name}`),
    ...ENTITY_TYPES.flatMap(({ navigation }) => navigation.map(({ name }) => name)),
    ...['{id}', '{id}', 'x'],
  );
  const steps = fc.array(step, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
  const collections = ENTITY_TYPES.flatMap(({ name, navigation }) =>
    navigation.filter(({ collection }) => collection).map((one) => `microsoft.graph.${name}/${one.name}`),
  );
  const collection = fc
    .tuple(fc.constantFrom(...collections), fc.constantFrom('', '/{id}', '/x', '/{id}/groupAssignments/{id}'))
    .map((all) => all.join(''));
  const words = [
    '/',
    'deviceConfiguration',
    'microsoft.graph.',
    '#',
    'x',
    '{id}',
    'deviceStatusOverview',
    'wifi',
    'vpn',
  ];
  const via = fc.oneof(
    known,
    steps,
    collection,
    known.map((one) => `${one.startsWith('/') ? '' : '/'}${one}/deviceStatusOverview`),
    damaged(known, words),
    fc.constantFrom(
      'wifi',
      'vp',
      'x/5a3b1c00-0b1e-4d5a-9c3e-000000000002',
      'groupAssignments/{id}/deviceConfiguration/groupAssignments/{id}/deviceConfiguration',
      'a/'.repeat(60),
      'x'.repeat(3_000),
      'microsoft.graph.androidWorkProfileVpnConfiguration',
    ),
  );
  const certificateId = fc.constantFrom(undefined, undefined, 'c', '..', ' c', 'c\0', '\ud800', '');
  await look(
    '--via, as the metadata has it',
    200,
    fc.asyncProperty(via, certificateId, VERSIONS, async (one, id, apiVersion) => {
      const route = await orFailure(['usage'], () => readRoute(one, { apiVersion, certificateId: id }));
      if (route instanceof Failure) return;
      const { pathname } = new URL(`http://h/beta${overviewPath('x', route)}`);
      expect(pathname.split('/').slice(5, -1).map(decodeURIComponent)).toEqual(route.segments);
      for (const segment of route.segments) expect(segment).not.toMatch(/^\{[^{}]*\}$/);
    }),
  );
});

test('a condition and its negation are never both true, for any overview', async () => {
  const bound = fc.oneof(
    fc.constantFrom('0', '3', '5%', '0.5%', '100%', '1e3', '7.x%'),
    fc.constantFrom(
      'now',
      '-7d',
      '-30m',
      '2026-01-01',
      '2026-01-01T00:00:00Z',
      '2026-13-01',
      '"o"',
      "'x y'",
      'o',
    ),
  );
  const operator = fc.constantFrom(
    'eq',
    'ne',
    'gt',
    'ge',
    'lt',
    'le',
    '==',
    '!=',
    '>',
    '>=',
    '<',
    '<=',
    'GE',
  );
  const property = fc.constantFrom(...PROPERTIES.flatMap(({ name, flag }) => [name, flag, `--${flag}`]), 'x');
  const comparison = fc.tuple(property, operator, bound).map((words) => words.join(' '));
  const ofText = fc.tuple(
    fc.constantFrom('overview-id', 'id'),
    fc.constantFrom('eq', 'ne'),
    fc.constantFrom('o', '"x y"'),
  );
  const ofTime = fc.tuple(fc.constant('last-update'), operator, bound);
  const condition = fc.oneof(
    comparison,
    fc.oneof(ofText, ofTime).map((words) => words.join(' ')),
    fc.tuple(comparison, fc.constantFrom('and', 'or'), comparison).map((words) => words.join(' ')),
    damaged(comparison, ['(', ')', 'and', 'not', '"', '=', '%', '2026']),
    fc.constantFrom(
      'not '.repeat(1_100),
      '(',
      'failed',
      'failed gt',
      ...[
        'failed gt )',
        'overview-id eq )',
        'last-update gt',
        'configuration-version gt (',
        'last-update gt now',
      ],
      'failed gt 1)',
      `${'x'.repeat(300)} gt 1`,
    ),
  );
  const value = fc.oneof(
    fc.nat(5),
    fc.constantFrom<unknown>(
      0,
      -1,
      1.5,
      '3',
      null,
      undefined,
      true,
      'o',
      'x y',
      '2026-01-01T00:00:00Z',
      '2025-12-20',
      {},
    ),
  );
  const counted = fc.record(
    Object.fromEntries(PROPERTIES.map(({ name }) => [name, fc.nat(3) as fc.Arbitrary<unknown>])),
  );
  const any = fc.record(Object.fromEntries(PROPERTIES.map(({ name }) => [name, value])), {
    requiredKeys: [],
  });
  const at = fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '2025-12-20T00:00:00+01:00',
    '2026-01-02T00:00:00Z',
    'never',
  );
  const overview = fc.oneof(
    any,
    fc
      .tuple(counted, at, fc.constantFrom('o', 'x y'))
      .map(([counts, lastUpdateDateTime, id]) => ({ ...counts, lastUpdateDateTime, id })),
    fc.constant(Object.fromEntries(PROPERTIES.map(({ name }) => [name, 0]))),
  );
  await look(
    'conditions and their opposites',
    400,
    fc.asyncProperty(condition, overview, async (one, values) => {
      const read = await orFailure(['usage'], () => readCondition(one, '--where'));
      if (read instanceof Failure) return;
      const opposite = readCondition(`not (${one})`, '--where');
      const [first, second] = [read, opposite].map((each) => evaluate(each, values, NOW));
      expect(first?.holds === true && second?.holds === true).toBe(false);
      // If neither is true, there are reasons.
      if (first?.holds === false && second?.holds === false) expect(first.reasons.length).toBeGreaterThan(0);
      expect(propertiesOf(opposite)).toEqual(propertiesOf(read));
    }),
  );
});

describe('a file of the program', () => {
  const row = {
    line: 2,
    deviceConfigurationId: 'a',
    displayName: 'n',
    via: 'direct',
    certificateId: null,
    status: 'planned',
    before: { pendingCount: 1 },
    sent: { pendingCount: 2, id: 'o', lastUpdateDateTime: '2026-01-01T00:00:00Z' },
    after: null,
    error: null,
  };
  const plan = {
    type: 'graph-overview-plan',
    version: 2,
    created: '',
    target: { graph: 'g', tenant: null, apiVersion: 'beta' },
    rows: [
      row,
      { ...row, line: 3, deviceConfigurationId: 'b' },
      { ...row, line: 4, deviceConfigurationId: 'c', before: null },
    ],
  };
  const file = join(mkdtempSync(join(tmpdir(), 'graph-overview-fuzz-')), 'plan.json');

  test('that is a changed plan is stale or fresh by the current values, and unchanged when saved again', async () => {
    const changes = fc.array(
      fc.record({
        at: fc.nat(2),
        by: fc.constantFrom<object>(
          ...[
            { line: 3 },
            { line: 1.5 },
            { deviceConfigurationId: 'A' },
            { displayName: 7 },
            { before: { pendingCount: 3 } },
          ],
          ...[
            { before: null },
            { sent: { lastUpdateDateTime: 'now' } },
            { sent: { conflictCount: -1 } },
            { sent: {} },
            { via: 7 },
          ],
          ...[
            { certificateId: 7 },
            { via: 'wifi-eap' },
            { sent: { x: 1 } },
            { before: 7 },
            { sent: { pendingCount: 5 } },
          ],
        ),
      }),
      { maxLength: 2 },
    );
    const head = fc.constantFrom<object>(
      ...[
        {},
        {},
        {},
        {},
        {},
        {},
        { version: 3 },
        { version: 1 },
        { target: { graph: 'g', tenant: null, apiVersion: 'x' } },
      ],
      ...[{ target: null }, { rows: 7 }, { deep: JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`) }],
    );
    const present = fc.array(fc.constantFrom(null, undefined, { pendingCount: 1 }, { pendingCount: 9 }), {
      minLength: 3,
      maxLength: 3,
    });
    await look(
      'saved plans, by what is there now',
      150,
      fc.asyncProperty(changes, head, present, fc.nat(3), async (edits, more, now, missing) => {
        const rows = plan.rows.map((one) => ({ ...one }));
        for (const { at, by } of edits) Object.assign(rows[at] as object, by);
        writeFileSync(file, JSON.stringify({ ...plan, rows, ...more }));
        const saved = await orFailure(['usage'], () => loadPlan(file));
        if (saved === undefined || saved instanceof Failure) return;
        const read = await orFailure(['usage'], () => rowsOf(saved));
        if (read instanceof Failure) return;
        const writes = read.flatMap((one, at) =>
          at === missing || now[at] === undefined ? [] : [{ row: one, before: now[at] ?? null }],
        );
        const left = read.filter((_, at) => at !== missing && now[at] === undefined);
        const settled = left.map((one, at) => ({
          ...row,
          ...one,
          line: one.line,
          status: 'unchanged',
          id: at,
        }));
        const planned = { writes, settled, target: saved.target } as unknown as Parameters<
          typeof checkFresh
        >[1];
        const fresh = await orFailure(['refused'], () => checkFresh(saved, planned));
        const stale = saved.rows.some(({ before }, at) => {
          if (at === missing || before === null) return false;
          const value = now[at];
          return value === null || value === undefined || value.pendingCount !== before.pendingCount;
        });
        expect(fresh instanceof Failure).toBe(stale);
        await checkReplaceable(file);
        await savePlan(file, planned, NOW);
        const again = await loadPlan(file);
        if (again === undefined) throw new Error('it is not a plan');
        expect(await rowsOf(again)).toEqual(writes.map(({ row: one }) => one));
      }),
    );
  });

  test('that is not a plan is not replaced', async () => {
    const content = fc.oneof(
      text,
      json.map((one) => JSON.stringify(one) ?? ''),
      fc.constant(JSON.stringify(plan)),
    );
    await look(
      'files in place of a saved plan',
      100,
      fc.asyncProperty(content, async (one) => {
        writeFileSync(file, one);
        const free = await orFailure(['usage'], () => checkReplaceable(file));
        expect(free instanceof Failure).toBe(
          one !== '' && !one.slice(0, 200).includes('graph-overview-plan'),
        );
      }),
    );
  });

  test('that is a damaged listing is read or is a usage error, as records or lines', async () => {
    const listing = [
      { deviceConfigurationId: 'a', displayName: 'A', '@odata.type': null, overview: { pendingCount: 1 } },
      { id: 'b', error: { message: 'm' } },
      { deviceConfigurationId: 'c', overview: { pendingCount: {} }, error: null },
    ];
    const lines = twisted(listing).map((all) =>
      Array.isArray(all) ? all.map((one) => JSON.stringify(one)).join('\n') : (JSON.stringify(all) ?? ''),
    );
    const any = fc.oneof(
      lines,
      damaged(lines, ['{', '\n', '}', '"', ',']),
      twisted(Array.from({ length: 30 }, () => ({ id: 'a', overview: {}, error: {} }))).map((one) =>
        JSON.stringify(one),
      ),
      fc.constantFrom(
        '{\n  "id": "a"\n}',
        '[1,\n2',
        '[',
        '{"id":"a","overview":{},"error":{"message":"m"}}',
        '//',
        '['.repeat(20_000),
        `{"id":${'['.repeat(20_000)}`,
      ),
    );
    await look(
      'listings for report, as lines',
      150,
      fc.asyncProperty(any, async (content) => {
        const read = await orFailure(['usage'], () => readListing(content, '--from'));
        if (read instanceof Failure) return expect(read.message.length).toBeLessThan(20_000);
        const ids = read.map(({ deviceConfigurationId }) => deviceConfigurationId.toLowerCase());
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
