import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { readRows } from '../../src/input/read-rows.ts';
import type { Row } from '../../src/input/row.ts';
import { Failure } from '../../src/outcome/errors.ts';
import { readBody } from '../../src/overview/body.ts';
import { evaluate, readCondition } from '../../src/overview/condition/index.ts';
import { overviewPath, readRoute } from '../../src/overview/route.ts';
import { readListing } from '../../src/report/read-listing.ts';
import { loadPlan, rowsOf } from '../../src/runs/plan-file.ts';
import { damaged, json, text, twisted } from './arbitraries.ts';
import { look, orFailure } from './look.ts';

/** Generated input of a user: it is read, or is a usage error. */

const NOW = Date.UTC(2026, 0, 2);
const OPTIONS = { apiVersion: 'beta', now: NOW } as const;
const INT32_MAX = 2_147_483_647;

const COLUMNS = [
  'deviceConfigurationId',
  'via',
  'certificateId',
  'pending',
  'failedCount',
  'last-update',
  'overviewId',
];
const DICTIONARY = [
  ...COLUMNS,
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '\ufeff',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '1e3',
  '1.0',
  "'=",
  'wifi-eap',
  'true',
  'null',
  'displayName',
];

function bytesOf(content: string | Uint8Array): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(content);
  return (async function* () {
    // Chunks that split characters and line breaks.
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  })();
}

/** An id that the program accepts, with characters that could break a cell. */
const id = text
  .map((one) =>
    one
      .toWellFormed()
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '')
      .trim(),
  )
  .filter((one) => one !== '' && one !== '.' && one !== '..' && !/^'+[=+\-@＝＋－＠]/.test(one));
const count = fc.nat(INT32_MAX);
const wanted = fc.uniqueArray(fc.record({ id, pending: fc.option(count), failed: count }), {
  minLength: 1,
  maxLength: 8,
  selector: (row) => row.id.toLowerCase(),
});

/** The rows of a file that have an id. */
async function rowsIn(bytes: AsyncIterable<Uint8Array>): Promise<readonly Row[]> {
  return (await readRows(bytes, OPTIONS)).rows;
}

function expectSound(rows: readonly Row[]): void {
  for (const { deviceConfigurationId, values } of rows) {
    expect(deviceConfigurationId).not.toMatch(/^\.{0,2}$|[\u0000-\u001f]/);
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string') expect(name).toMatch(/^(id|lastUpdateDateTime)$/);
      else expect(Number.isInteger(value) && value >= 0 && value <= INT32_MAX).toBe(true);
    }
  }
}

describe('rows', () => {
  test('are unchanged after being written and read as CSV', async () => {
    await look(
      'CSV rows: written and read back',
      150,
      fc.asyncProperty(
        wanted,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        async (list, delimiter, end) => {
          const table = [
            ['deviceConfigurationId', 'pending', 'failed'],
            ...list.map((row) => [row.id, row.pending ?? '', row.failed]),
          ];
          const { rows } = await readRows(
            bytesOf(stringify(table, { delimiter, record_delimiter: end, quoted: true })),
            OPTIONS,
          );
          expect(
            rows.map(({ deviceConfigurationId: one, values }) => [
              one,
              values.pendingCount ?? null,
              values.failedCount,
            ]),
          ).toEqual(list.map((row) => [row.id, row.pending, row.failed]));
        },
      ),
    );
  });

  test('are unchanged after being written and read as JSON Lines', async () => {
    await look(
      'JSON lines: written and read back',
      150,
      fc.asyncProperty(wanted, async (list) => {
        const lines = list.map((row) =>
          JSON.stringify({
            deviceConfigurationId: row.id,
            pending: row.pending,
            failedCount: row.failed,
            displayName: { pending: 1e3 },
          }),
        );
        const { rows } = await readRows(bytesOf(lines.join('\n')), OPTIONS);
        expect(
          rows.map(({ deviceConfigurationId: one, values }) => [
            one,
            values.pendingCount ?? null,
            values.failedCount,
          ]),
        ).toEqual(list.map((row) => [row.id, row.pending, row.failed]));
      }),
    );
  });

  const good = wanted.chain((list) =>
    fc.constantFrom(
      stringify([COLUMNS, ...list.map((row) => [row.id, 'direct', '', row.pending, row.failed, 'now', ''])]),
      list.map((row) => JSON.stringify({ deviceConfigurationId: row.id, pending: row.pending })).join('\n'),
    ),
  );

  test('that are damaged are read as valid rows or are a usage error', async () => {
    await look(
      'CSV rows and JSON lines, damaged',
      300,
      fc.asyncProperty(damaged(good, DICTIONARY), async (content) => {
        const rows = await orFailure(['usage'], () => rowsIn(bytesOf(content)));
        if (!(rows instanceof Failure)) expectSound(rows);
      }),
    );
  });

  test('of JSON with replaced members are read as valid rows or are a usage error', async () => {
    const row = {
      deviceConfigurationId: 'a',
      via: 'direct',
      pending: 1,
      failedCount: 2,
      'last-update': 'now',
    };
    const lines = fc.array(twisted(row), { minLength: 1, maxLength: 4 });
    const twice = fc.option(
      fc.tuple(fc.constantFrom('pending', 'failedCount'), fc.constantFrom('1.5', '1e3', '-1', '7')),
    );
    await look(
      'JSON lines, with parts replaced',
      300,
      fc.asyncProperty(lines, twice, async (rows, more) => {
        const added = more === null ? '' : `,${JSON.stringify(more[0])}:${more[1]}}`;
        const content = rows
          .map((one) => (JSON.stringify(one) ?? '').replace(/\}$/, added || '}'))
          .join('\n');
        const read = await orFailure(['usage'], () => rowsIn(bytesOf(content)));
        if (!(read instanceof Failure)) expectSound(read);
      }),
    );
  });

  test('of random bytes are read as valid rows or are a usage error', async () => {
    await look(
      'rows: random bytes',
      150,
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const rows = await orFailure(['usage'], () => rowsIn(bytesOf(bytes)));
        if (!(rows instanceof Failure)) expectSound(rows);
      }),
    );
  });
});

describe('a body', () => {
  test('of any JSON, or damaged, is read as values or is a usage error', async () => {
    const good = fc
      .record({ pendingCount: count, id, lastUpdateDateTime: fc.constant('now') }, { requiredKeys: [] })
      .map((one) => JSON.stringify(one));
    await look(
      '--body',
      300,
      fc.asyncProperty(
        fc.oneof(
          damaged(good, DICTIONARY),
          json.map((one) => JSON.stringify(one) ?? ''),
        ),
        async (body) => {
          const given = await orFailure(['usage'], () => readBody(body, '--body', NOW));
          if (given instanceof Failure) return;
          const parsed = JSON.parse(body.replace(/^\ufeff/, '')) as Record<string, unknown>;
          for (const [name, { value }] of given)
            if (value !== new Date(NOW).toISOString()) expect(value).toEqual(parsed[name]);
        },
      ),
    );
  });
});

describe('a condition', () => {
  const words = [
    'failed',
    'pendingCount',
    'gt',
    'le',
    '==',
    '!=',
    '(',
    ')',
    'and',
    'or',
    'not',
    '5%',
    '0',
    '-7d',
    '2026-01-01',
    'last-update',
    'overview-id',
    '"',
    "'",
    'now',
    '!',
  ];

  test('of any text is read or is a usage error, and can be evaluated for any overview', async () => {
    const any = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((list) => list.join(' ')),
      damaged(fc.constant('failed gt 5% and not (last-update lt -7d or pending le 3)'), words),
    );
    await look(
      'conditions, on overviews of any shape',
      500,
      fc.asyncProperty(any, json, async (condition, overview) => {
        const read = await orFailure(['usage'], () => readCondition(condition, '--where'));
        if (read instanceof Failure || typeof overview !== 'object' || overview === null) return;
        expect(typeof evaluate(read, overview as Record<string, unknown>, NOW).holds).toBe('boolean');
      }),
    );
  });

  interface Tree {
    readonly text: string;
    readonly holds: (overview: Record<string, number>) => boolean;
  }

  const comparison = fc
    .record({
      name: fc.constantFrom('pending', 'failed', 'error'),
      operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      bound: fc.nat(5),
    })
    .map(
      ({ name, operator, bound }): Tree => ({
        text: `${name} ${operator} ${bound}`,
        holds: (overview: Record<string, number>) => {
          const value = overview[`${name}Count`] ?? 0;
          const answers = {
            eq: value === bound,
            ne: value !== bound,
            gt: value > bound,
            ge: value >= bound,
            lt: value < bound,
            le: value <= bound,
          };
          return answers[operator];
        },
      }),
    );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      comparison,
      tie('tree').map((part) => ({
        text: `not (${part.text})`,
        holds: (overview: Record<string, number>) => !part.holds(overview),
      })),
      fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
        text: `(${one.text}) and (${other.text})`,
        holds: (overview: Record<string, number>) => one.holds(overview) && other.holds(overview),
      })),
      fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
        text: `((${one.text}) or (${other.text}))`,
        holds: (overview: Record<string, number>) => one.holds(overview) || other.holds(overview),
      })),
    ),
  }));

  test('has the same result as plain logic', async () => {
    const overview = fc.record({ pendingCount: fc.nat(5), failedCount: fc.nat(5), errorCount: fc.nat(5) });
    await look(
      'conditions: compared with plain logic',
      300,
      fc.asyncProperty(tree, overview, async (condition, values) => {
        expect(evaluate(readCondition(condition.text, '--where'), values, NOW).holds).toBe(
          condition.holds(values),
        );
      }),
    );
  });
});

describe('--via', () => {
  test('of any text is read as a route with the same segments or is a usage error', async () => {
    const words = [
      'microsoft.graph.iosEnterpriseWiFiConfiguration',
      'rootCertificatesForServerValidation',
      '/',
      '//',
      '{id}',
      '..',
      '%2f',
      'deviceStatusOverview',
      'wifi-eap',
      'rootCertificate',
    ];
    const any = fc.oneof(
      damaged(
        fc.constant('microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation/x'),
        words,
      ),
      text,
    );
    await look(
      '--via',
      400,
      fc.asyncProperty(any, fc.option(text, { nil: undefined }), async (via, certificateId) => {
        const route = await orFailure(['usage'], () => readRoute(via, { apiVersion: 'beta', certificateId }));
        if (route instanceof Failure) return;
        const { pathname } = new URL(`http://h/beta${overviewPath('x', route)}`);
        const expected = [
          '',
          'beta',
          'deviceManagement',
          'deviceConfigurations',
          'x',
          ...route.segments,
          'deviceStatusOverview',
        ];
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(expected);
      }),
    );
  });
});

describe('a file of the program', () => {
  const row = {
    line: 2,
    deviceConfigurationId: 'a',
    via: 'direct',
    certificateId: null,
    status: 'planned',
    before: { pendingCount: 1 },
    sent: { pendingCount: 2 },
    after: null,
    error: null,
  };
  const plan = {
    type: 'graph-overview-plan',
    version: 2,
    created: '',
    target: { graph: 'g', tenant: null, apiVersion: 'beta' },
    rows: [row, { ...row, line: 3, deviceConfigurationId: 'b' }],
  };
  const file = join(mkdtempSync(join(tmpdir(), 'graph-overview-fuzz-')), 'plan.json');

  test('that is a damaged plan is read as valid rows or is a usage error', async () => {
    const words = ['null', '[]', '{}', '-1', '1.5', '"x"', '".."', '"sent":', '"before":null', ...DICTIONARY];
    const any = fc.oneof(
      damaged(fc.constant(JSON.stringify(plan)), words),
      twisted(plan).map((one) => JSON.stringify(one)),
    );
    await look(
      'saved plans, damaged',
      300,
      fc.asyncProperty(any, async (content) => {
        writeFileSync(file, content);
        const saved = await orFailure(['usage'], () => loadPlan(file));
        if (saved === undefined || saved instanceof Failure) return;
        const rows = await orFailure(['usage'], () => rowsOf(saved));
        if (!(rows instanceof Failure)) expectSound(rows);
      }),
    );
  });

  test('that is a damaged listing for report is read or is a usage error', async () => {
    const listing = [
      { id: 'a', displayName: 'A', '@odata.type': null, overview: { pendingCount: 1 } },
      { id: 'b', error: { message: 'm' } },
    ];
    const any = fc.oneof(
      damaged(fc.constant(JSON.stringify(listing)), DICTIONARY),
      twisted(listing).map((one) => JSON.stringify(one)),
      json.map((one) => JSON.stringify(one) ?? ''),
    );
    await look(
      'listings for report, damaged',
      200,
      fc.asyncProperty(any, async (content) => {
        await orFailure(['usage'], () => readListing(content, '--from'));
      }),
    );
  });
});
