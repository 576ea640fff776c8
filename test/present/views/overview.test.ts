import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import type { Block, Room } from '../../../src/outcome/result.ts';
import type { Format } from '../../../src/present/format.ts';
import { present } from '../../../src/present/index.ts';
import { differenceView } from '../../../src/present/views/difference.ts';
import { overviewView } from '../../../src/present/views/overview.ts';
import { ZEROS } from '../../support/zeros.ts';
import { captured } from '../captured.ts';

const TITLE = { configurationId: '5a3b1c00-0b1e-4d5a-9c3e-000000000001', displayName: null, via: 'direct' };
const FULL = {
  ...{ pendingCount: 212, notApplicableCount: 40, notApplicablePlatformCount: 15, successCount: 4811 },
  ...{ errorCount: 31, failedCount: 7, conflictCount: 2, configurationVersion: 2 },
  ...{ lastUpdateDateTime: '2016-12-31T23:59:30.086867+03:00', id: '0e7d2f00-0b1e-4d5a-9c3e-000000000001' },
};

async function show(
  view: (room: Room) => Block[],
  width?: number,
  format: Format = 'table',
): Promise<string> {
  const { out, text } = captured();
  const result = { data: { value: null }, flat: undefined, view: (_: unknown, room: Room) => view(room) };
  await present(result, { format, query: undefined, color: false, width }, out);
  return text();
}

describe('an overview', () => {
  test.each([50, 59, 60, 66, 80, 120])('fits %i columns without truncation', async (width) => {
    for (const successCount of [4811, 2_147_483_647]) {
      const text = await show((room) => overviewView({ ...FULL, successCount }, TITLE, room), width);
      expect(text.split('\n').filter((line) => stringWidth(line) > width)).toEqual([]);
      expect(text).not.toContain('…');
      expect(text).toContain(successCount.toLocaleString('en-US'));
      expect(text).toContain('2016-12-31T23:59:30.086867+03:00');
      expect(text).toContain('0e7d2f00-0b1e-4d5a-9c3e-000000000001');
    }
  });

  test('has a bar as long as the space permits, and none in the narrow form', async () => {
    const barOf = async (width?: number) => {
      const text = await show((room) => overviewView({ ...ZEROS, successCount: 5 }, TITLE, room), width);
      return /█+/.exec(text)?.[0].length ?? 0;
    };
    expect(await Promise.all([59, 60, 80, undefined].map(barOf))).toEqual([0, 13, 20, 20]);
  });

  test.each([{}, { lastUpdateDateTime: null, configurationVersion: null, id: null }])(
    'has a dash for values that the service did not return: %j',
    async (overview) => {
      const text = await show((room) => overviewView(overview, TITLE, room));
      expect(text).toMatch(/✓ Success +– +–\n/);
      expect(text).toMatch(/ {2}All devices +–\n/);
      expect(text).toMatch(/Last update +–\nConfiguration version +–\nOverview id +–\n/);
      expect(text).not.toMatch(/\b0\b|null/);
    },
  );

  test.each([
    [null, 'null'],
    ['12', '"12"'],
  ])(
    'has a count that is %j as received, and does not include it in the total',
    async (pendingCount, shown) => {
      const text = await show((room) =>
        overviewView({ ...ZEROS, pendingCount, successCount: 5 }, TITLE, room),
      );
      expect(text).toMatch(new RegExp(`Pending +${shown} +–\\n`));
      expect(text).toMatch(/ {2}All devices +5 \+ \?\n/);
    },
  );

  test('shows zeros that were returned', async () => {
    const text = await show((room) => overviewView(ZEROS, TITLE, room));
    expect(text).toMatch(/◌ Pending +0 +–\n/);
    expect(text).toMatch(/All devices +0\n/);
  });

  test('has no other members, but the route of the overview', async () => {
    const text = await show((room) =>
      overviewView({ ...FULL, extra: 'x-tra' }, { ...TITLE, via: 'root' }, room),
    );
    expect(text).not.toContain('x-tra');
    expect(text).toContain(`${TITLE.configurationId}\nvia root\n`);
  });

  test('is a table in Markdown', async () => {
    const text = await show((room) => overviewView(FULL, TITLE, room), undefined, 'markdown');
    expect(text).toContain('## 5a3b1c00-0b1e-4d5a-9c3e-000000000001\n');
    expect(text).toContain('| Status | Devices | Share |  |\n| --- | ---: | ---: | --- |\n');
    expect(text).toContain('| ✓ Success | 4,811 | 94.0 % | ██████████████████▊ |\n');
  });
});

describe('a difference', () => {
  const after = { ...FULL, pendingCount: 1212, failedCount: 0, lastUpdateDateTime: '2026-01-01T00:00:00Z' };
  const changed = ['pendingCount', 'failedCount', 'lastUpdateDateTime'];

  test('has the values before and after, and the change with its sign', async () => {
    const text = await show((room) => differenceView(FULL, after, changed, TITLE, room), 80);
    expect(text).toMatch(/◌ Pending +212 +1,212 +\+1,000\n/);
    expect(text).toMatch(/✗ Failed +7 +0 +−7\n/);
    expect(text).toMatch(/✓ Success +4,811 +4,811\n/);
    expect(text).toContain('Last update: 2016-12-31T23:59:30.086867+03:00 → 2026-01-01T00:00:00Z\n');
    expect(text).toContain('changed: pendingCount, failedCount, lastUpdateDateTime\n');
  });

  test('in a narrow terminal has only the changes', async () => {
    const text = await show((room) => differenceView(FULL, after, changed, TITLE, room), 50);
    expect(text).toMatch(/◌ Pending +212 +1,212\n/);
    expect(text).not.toContain('Success');
    expect(text).toContain('  Last update: 2016-12-31T23:59:30.086867+03:00\n  → 2026-01-01T00:00:00Z\n');
  });

  test('reports that nothing changed', async () => {
    const text = await show((room) => differenceView(FULL, FULL, [], TITLE, room), 80);
    expect(text).toContain('nothing changed\n');
    expect(text).not.toMatch(/[+−]\d/);
  });
});
