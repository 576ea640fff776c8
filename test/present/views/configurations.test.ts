import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { present } from '../../../src/present/index.ts';
import { configurationsView, type ListShown } from '../../../src/present/views/configurations.ts';
import { LIST_COLUMNS, type ListWord } from '../../../src/present/views/list-columns.ts';
import type { Listed } from '../../../src/present/views/listed.ts';
import { captured } from '../captured.ts';

const IDS = ['5a3b1c00-0b1e-4d5a-9c3e-000000000001', '5a3b1c00-0b1e-4d5a-9c3e-000000000002'] as const;
const BROKEN = '5a3b1c00-0b1e-4d5a-9c3e-000000000003';

function listed(count: number): Listed[] {
  const overview = {
    ...{ pendingCount: count, notApplicableCount: count, notApplicablePlatformCount: count },
    ...{ successCount: count, errorCount: count, failedCount: count, conflictCount: count },
  };
  const type = '#microsoft.graph.windowsWifiEnterpriseEAPConfiguration';
  return [
    {
      deviceConfigurationId: IDS[0],
      displayName: '制限プロファイル for every laptop 🚀 in all regions',
      '@odata.type': type,
      overview,
    },
    { deviceConfigurationId: IDS[1], displayName: null, '@odata.type': null, overview: { pendingCount: 1 } },
    {
      deviceConfigurationId: BROKEN,
      displayName: 'Broken',
      '@odata.type': type,
      error: { message: 'refused' },
    },
  ];
}

async function show(
  records: readonly Listed[],
  width: number | undefined,
  shown: ListShown = {},
): Promise<string> {
  const result = {
    data: { value: records },
    flat: undefined,
    view: () => configurationsView(records, { width }, shown),
  };
  const { out, text } = captured();
  await present(result, { format: 'table', query: undefined, color: false, width }, out);
  return text();
}

/** The titles of the columns. */
async function titles(width: number | undefined, about: readonly ListWord[] = []): Promise<string[]> {
  const [head = ''] = (await show(listed(10).slice(0, 1), width, { about })).split('\n');
  return head.trim().split(/ {2,}/);
}

const WIDTHS = [50, 59, 60, 72, 80, 99, 100, 120, 150, 175, 200, 240, 300];

describe.each([1, 48_213, 2_147_483_647])('a list with counts of %i', (count) => {
  test.each(WIDTHS)(
    'fits %i columns with a line for each configuration, and complete numbers and ids',
    async (width) => {
      const text = await show(listed(count), width);
      const lines = text.split('\n');
      const tooWide = lines.filter((line) => stringWidth(line) > width);
      expect(tooWide).toEqual([]);
      expect(lines.filter((line) => line.startsWith('Broken'))).toHaveLength(1);
      if (lines[0]?.includes('Id')) for (const id of [IDS[0], BROKEN]) expect(text).toContain(id);
      expect(text).toContain(count.toLocaleString('en-US'));
      expect(text).toContain('\n  ! refused\n');
    },
  );

  test.each(WIDTHS)('fits a screen of 24 rows with ten configurations in %i columns', async (width) => {
    const ten = Array.from({ length: 10 }, () => listed(count)[0] as Listed);
    expect((await show(ten, width)).trimEnd().split('\n').length).toBeLessThanOrEqual(22);
  });
});

describe('a list', () => {
  test('has the most important columns that fit', async () => {
    const counts = ['Pending', 'Success', 'Error', 'Failed', 'Conflict', 'N/A'];
    expect(await titles(40)).toEqual(['Name', 'Devices', 'Error', 'Failed']);
    expect(await titles(50)).toEqual(['Name', 'Devices', 'Error', 'Failed']);
    expect(await titles(80)).toEqual(['Name', 'Devices', 'Pending', 'Error', 'Failed', 'Conflict']);
    expect(await titles(120)).toEqual([
      'Name',
      'Id',
      'Devices',
      'Pending',
      'Error',
      'Failed',
      'Conflict',
      'N/A',
    ]);
    expect(await titles(150)).toEqual(['Name', 'Id', 'Devices', ...counts]);
    expect(await titles(180)).toEqual(['Name', 'Id', 'Type', 'Devices', ...counts]);
    expect(await titles(undefined)).toEqual(['Name', 'Id', 'Type', 'Devices', ...counts]);
  });

  test('has the columns that it is selected and sorted by', async () => {
    expect(await titles(50, ['success'])).toEqual(['Name', 'Devices', 'Success', 'Error', 'Failed']);
    expect(await titles(80, ['last-update', 'name', 'devices'])).toEqual([
      ...['Name', 'Devices', 'Error', 'Failed', 'Conflict', 'Last update'],
    ]);
    expect(await titles(80, ['not-applicable-platform'])).toContain('N/A');
    expect(await titles(120, ['type'])).toContain('Type');
  });

  test.each([50, 60, 72, 80, 100, 120, 150, 200])(
    'has a bar for each configuration in %i columns',
    async (width) => {
      const text = await show(listed(1).slice(0, 1), width);
      expect(text).toMatch(/ {2}[░█!✗≠·]{8,20}$/m);
      expect(text).toContain('\n░ pending █ success ! error ✗ failed');
    },
  );

  test('has every column without a terminal', async () => {
    const lines = (await show(listed(10), undefined)).split('\n');
    expect(lines).toHaveLength(2 + 4 + 1 + 2 + 1);
    expect(lines[2]).toMatch(
      /regions +5a3b1c00-\S+ +windowsWifiEnterpriseEAPConfiguration +70 +10 \(14\.3 %\)/,
    );
    expect(lines[4]).toMatch(/^Broken +5a3b1c00-\S+ +windowsWifi\w+ +–( +–){6}$/);
    expect(lines[5]).toBe('  ! refused');
  });

  test('ends with the total of each column', async () => {
    const [first, second, third] = listed(10);
    const zeros = Object.fromEntries(Object.keys(first?.overview ?? {}).map((name) => [name, 0]));
    const whole = { ...(second as Listed), overview: { ...zeros, pendingCount: 1 } };
    const lines = (await show([first as Listed, whole, third as Listed], 80)).trimEnd().split('\n');
    expect(lines.at(-3)).toMatch(/^Total +71 +11 +10 +10 +10 {2}░░██!!✗≠···$/);
    expect(lines.at(-2)).toBe('░ pending █ success ! error ✗ failed ≠ conflict · not applicable');
    expect(lines.at(-1)).toBe('3 configurations, 71 device states');
  });

  test('marks each total for which a configuration has no count', async () => {
    const lines = (await show(listed(10), 80)).trimEnd().split('\n');
    expect(lines.findLast((line) => line.startsWith('Total'))).toMatch(
      /^Total +71 \+ \? +11 +10 \+ \? +10 \+ \? +10 \+ \?$/,
    );
  });

  test('with one configuration has no total', async () => {
    const text = await show(listed(10).slice(0, 1), 120);
    expect(text).not.toContain('Total');
    expect(text).toContain('1 configuration, 70 device states');
  });

  test('has a dash for a count that was not returned, and the id if there is no name', async () => {
    const lines = (await show(listed(10), 150)).split('\n');
    expect(lines[3]).toMatch(/^\(no name\) +5a3b1c00-\S+ +1 \+ \? +1( +–){5}$/);
    expect(await show(listed(10), 80)).toMatch(/^5a3b1c00-0b1e-4d\S*… +1 \+ \? +1( +–){3}$/m);
  });

  test('without configurations has a message', async () => {
    expect(await show([], 80)).toBe('no device configurations\n');
  });
});

describe('chosen columns', () => {
  const chosen = (...words: ListWord[]): ListShown => ({
    columns: words.map(
      (word) => LIST_COLUMNS.find((column) => column.word === word) as (typeof LIST_COLUMNS)[0],
    ),
  });

  test('are shown in their order, at any width', async () => {
    const lines = (await show(listed(10), 80, chosen('failed', 'name', 'not-applicable'))).split('\n');
    expect(lines[0]).toMatch(/^Failed {2}Name +N\/A$/);
    expect(lines.at(-4)).toMatch(/^10 \+ \? {2}Total +10 \+ \?$/);
    expect((await show(listed(10), 80, chosen('id'))).split('\n').slice(2, 5)).toEqual([...IDS, BROKEN]);
  });

  test('can include the bar, also without a terminal', async () => {
    const lines = (await show(listed(10), undefined, chosen('bar', 'id'))).split('\n');
    expect(lines[2]).toMatch(/^░+█+!+✗+≠+·+ {2}5a3b1c00-\S+$/);
  });
});
