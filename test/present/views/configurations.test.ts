import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { present } from '../../../src/present/index.ts';
import { configurationsView, type Listed } from '../../../src/present/views/configurations.ts';
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

async function show(records: readonly Listed[], width: number | undefined): Promise<string> {
  const result = {
    data: { value: records },
    flat: undefined,
    view: () => configurationsView(records, { width }),
  };
  const { out, text } = captured();
  await present(result, { format: 'table', query: undefined, color: false, width }, out);
  return text();
}

const WIDTHS = [50, 59, 60, 72, 80, 99, 100, 120, 150, 175, 200, 240, 300];

describe.each([1, 48_213, 2_147_483_647])('a list with counts of %i', (count) => {
  test.each(WIDTHS)('fits %i columns; no number and no id is cut', async (width) => {
    const text = await show(listed(count), width);
    const tooWide = text.split('\n').filter((line) => stringWidth(line) > width && !line.includes('制限'));
    expect(tooWide).toEqual([]);
    for (const id of [...IDS, BROKEN]) expect(text).toContain(id);
    expect(text).toContain(count.toLocaleString('en-US'));
    expect(text).toContain('refused');
  });

  test.each(WIDTHS)('has a bar for each configuration in %i columns', async (width) => {
    const text = await show(listed(count).slice(0, 1), width);
    expect(text).toMatch(/░+█+!+✗+≠+·+/);
    expect(text).toContain(width < 66 ? IDS[0] : '░ pending █ success');
  });
});

describe('a list', () => {
  test('gives everything a line of its own where there is no terminal', async () => {
    const lines = (await show(listed(10), undefined)).split('\n');
    expect(lines).toHaveLength(2 + 3 + 1 + 2 + 1);
    expect(lines[2]).toMatch(
      /regions +5a3b1c00-\S+ +windowsWifiEnterpriseEAPConfiguration +70 +10 \(14\.3 %\)/,
    );
    expect(lines[4]).toMatch(/^Broken +5a3b1c00-\S+ +refused +–( +–){6}$/);
  });

  test('ends with the total of each column', async () => {
    const [first, second, third] = listed(10);
    const noughts = Object.fromEntries(Object.keys(first?.overview ?? {}).map((name) => [name, 0]));
    const whole = { ...(second as Listed), overview: { ...noughts, pendingCount: 1 } };
    const lines = (await show([first as Listed, whole, third as Listed], 80)).trimEnd().split('\n');
    expect(lines.at(-5)).toMatch(/^Total +71 +11 +10 +10 +10 +10 +20$/);
    expect(lines.at(-4)).toMatch(/^ +15\.5 % +14\.1 % +14\.1 % +14\.1 % +14\.1 % +28\.2 %$/);
    expect(lines.at(-3)).toMatch(/^ {38}░{6}█{6}!{6}✗{6}≠{5}·{11}$/);
    expect(lines.at(-2)).toBe('░ pending █ success ! error ✗ failed ≠ conflict · not applicable');
    expect(lines.at(-1)).toBe('3 configurations, 71 device states');
  });

  test('says of each total that one of the configurations lacks', async () => {
    const lines = (await show(listed(10), 80)).trimEnd().split('\n');
    expect(lines.findLast((line) => line.startsWith('Total'))).toMatch(
      /^Total +71 \+ \? +11 +10 \+ \? +10 \+ \? +10 \+ \? +10 \+ \? +20 \+ \?$/,
    );
  });

  test('of one has no total', async () => {
    const text = await show(listed(10).slice(0, 1), 120);
    expect(text).not.toContain('Total');
    expect(text).toContain('1 configuration, 70 device states');
  });

  test('shows what was not returned as a dash, never as a nought', async () => {
    const lines = (await show(listed(10), 120)).split('\n');
    const place = lines.findIndex((line) => line.startsWith('(no name)'));
    expect(lines[place]).toMatch(/^\(no name\) +1 \+ \? +1( +–){5}$/);
  });

  test('has a form of two parts a line under 60 columns', async () => {
    const text = await show(listed(10), 50);
    expect(text).toContain(
      `${IDS[0]}\n░░░░░░██████!!!!!!✗✗✗✗✗✗≠≠≠≠≠···········\n◌ Pending 10 (14.3 %) – N/A 10 (14.3 %)\n`,
    );
    expect(text).toContain(`Broken\n${BROKEN}\nrefused\n`);
  });

  test('of nothing says so', async () => {
    expect(await show([], 80)).toBe('no device configurations\n');
  });
});
