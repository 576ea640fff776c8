import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Answered, request } from './request.ts';

const LIST = '/beta/deviceManagement/deviceConfigurations';
const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000001';
const clock = { now: () => 0, sleep: async () => undefined };

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock });
});

afterAll(() => emulator.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
  request(emulator, 'GET', path, undefined, headers);

/** The last two digits of the ids. */
const rows = ({ json }: Answered): string =>
  (json.value as { id: string }[]).map(({ id }) => id.slice(-2)).join(' ');

describe('the options of a list', () => {
  test.each([
    ['$top=3', '01 02 03'],
    ['$top=3&$skip=2', '03 04 05'],
    ['$skip=37', '37 38'],
    ['$skip=39', ''],
    ['$TOP=1', '01'],
    ['%24top=1', '01'],
    ['top=1', '01'],
    ['top=1&skip=1', '02'],
    ["filter=startswith(displayName,'Update ring')", '11 12'],
    ['$orderby=displayName&$top=3', '0b 23 09'],
    ['$orderby=displayName asc&$top=3', '0b 23 09'],
    ['$orderby=displayname DESC&$top=2', '08 01'],
    ['$orderby=version desc,displayName&$top=6', '37 30 0d 14 06 22'],
    ['orderby=version desc,displayName desc&$top=2', '22 06'],
    ['$orderby=version desc&$top=6', '06 0d 14 22 30 37'],
    ['$orderby=lastModifiedDateTime desc,id&$top=2', '37 1a'],
  ])('%s selects and orders rows', async (query, expected) => {
    expect(rows(await get(`${LIST}?${query.replaceAll(' ', '%20')}`))).toBe(expected);
  });

  test.each([
    ['$top=0'],
    ['$top=-1'],
    ['$top=1.5'],
    ['$top='],
    ['$skip=x'],
    ['$skiptoken=x'],
    ['$count=1'],
    ['$search=%22VPN%22'],
    ['$format=json'],
    ['$apply=x'],
    ['$deltatoken=x'],
    ['$nonsense=1'],
    ['nonsense=1'],
    ['$top=1&$top=1'],
    ['$top=1&top=1'],
    ['$orderby='],
    ['$orderby=nonsense'],
    ['$orderby=description'],
    ['$orderby=version%20up'],
    ['$orderby=version%20desc%20desc'],
    ['$orderby=version,version%20desc'],
    ['$select=nonsense'],
    ['$select='],
    ['$select=deviceStatusOverview'],
    ['$expand=nonsense'],
    ['$expand='],
    ['$expand=deviceStatuses'],
    ['$expand=assignments,assignments'],
    ['$expand=deviceStatusOverview($select=nonsense)'],
    ['$expand=deviceStatusOverview($top=1)'],
    ['$expand=deviceStatusOverview($select=id;$expand=x)'],
    ['$expand=deviceStatusOverview()'],
    ['$expand=deviceStatusOverview($select=id'],
    ['$filter=%zz'],
  ])('%s is rejected', async (query) => {
    const { status, json } = await get(`${LIST}?${query}`);
    expect([status, json.error.code]).toEqual([400, 'BadRequest']);
  });

  test('names without $ are rejected in v1.0 with a hint', async () => {
    const { status, json } = await get(`${LIST.replace('beta', 'v1.0')}?filter=x`);
    expect(status).toBe(400);
    expect(json.error.message).toContain("write '$filter'");
  });

  test.each([
    [`/${ID}?$filter=x`],
    [`/${ID}?$top=1`],
    [`/${ID}/deviceStatusOverview?$expand=x`],
    ['/$count?$top=1'],
  ])('%s is rejected for another kind of resource', async (path) => {
    expect((await get(`${LIST}${path}`)).status).toBe(400);
  });

  test('the link to the next page keeps every option, and the pages have each row once', async () => {
    const query =
      "filter=contains(displayName,'o') and not contains(displayName,'100%25%26')&$orderby=version desc&$top=4&$skip=1" +
      '&$count=true&$select=id&$expand=assignments($select=id)';
    const all = rows(
      await get(`${LIST}?${query.replace('$top=4', '$top=999').replaceAll(' ', '%20')}`),
    ).split(' ');
    expect(all.length).toBeGreaterThan(20);
    const seen: string[] = [];
    let count = 0;
    let path: string | undefined = `${LIST}?${query.replaceAll(' ', '+')}`;
    while (path !== undefined) {
      const answer: Answered = await get(path);
      expect(answer.json['@odata.count']).toBe(all.length + 1);
      expect(Object.keys(answer.json.value[0])).toEqual([
        ...['@odata.type', 'id', 'assignments@odata.context', 'assignments'],
      ]);
      seen.push(...rows(answer).split(' '));
      path = answer.json['@odata.nextLink']?.slice(emulator.url.length);
      count += 1;
    }
    expect(seen).toEqual(all);
    expect(count).toBe(Math.ceil(all.length / 4));
  });

  test('@odata.count is the number of filtered rows, and $count=false omits it', async () => {
    const { json } = await get(`${LIST}?$filter=version%20eq%207&$top=2&$count=true`);
    expect([json['@odata.count'], json.value.length]).toEqual([6, 2]);
    expect((await get(`${LIST}?$count=false`)).json).not.toHaveProperty(['@odata.count']);
  });

  test('/$count is a number in plain text', async () => {
    const whole = await get(`${LIST}/$count`);
    expect([whole.text, whole.headers['content-type']]).toEqual(['39', 'text/plain']);
    expect((await get(`${LIST}/$count?$filter=version%20eq%207`)).text).toBe('6');
  });
});

describe('$expand and $select', () => {
  test('can be nested', async () => {
    const path = `${LIST}/${ID}?$select=id&$expand=deviceStatusOverview($select=failedCount,ID),userStatusOverview`;
    const { json } = await get(path);
    expect(json.deviceStatusOverview).toEqual({ id: ID, failedCount: 7 });
    expect(Object.keys(json)).toEqual([
      ...[
        '@odata.context',
        '@odata.type',
        'id',
        'deviceStatusOverview@odata.context',
        'deviceStatusOverview',
      ],
      ...['userStatusOverview@odata.context', 'userStatusOverview'],
    ]);
  });

  test('have names in any letter case', async () => {
    const { json } = await get(
      `${LIST}/${ID}?$select=DISPLAYNAME&$expand=DeviceStatusOverview($SELECT=errorcount)`,
    );
    expect(json).toMatchObject({
      displayName: 'Windows 10 – Device restrictions',
      deviceStatusOverview: { errorCount: 31 },
    });
  });

  test('do not expand properties of beta in v1.0', async () => {
    const v1 = `${LIST.replace('beta', 'v1.0')}?$expand=`;
    expect((await get(`${v1}assignments`)).status).toBe(200);
    expect((await get(`${v1}groupAssignments`)).status).toBe(400);
  });
});

describe('odata.metadata', () => {
  const overview = `${LIST}/${ID}/deviceStatusOverview?$select=id,lastUpdateDateTime`;

  test.each([
    ['none', { id: ID, lastUpdateDateTime: '2024-07-02T02:05:09Z' }],
    [
      'minimal',
      {
        '@odata.context': `BASE/beta/$metadata#deviceManagement/deviceConfigurations('${ID}')/deviceStatusOverview/$entity`,
        id: ID,
        lastUpdateDateTime: '2024-07-02T02:05:09Z',
      },
    ],
    [
      'full',
      {
        '@odata.context': `BASE/beta/$metadata#deviceManagement/deviceConfigurations('${ID}')/deviceStatusOverview/$entity`,
        '@odata.type': '#microsoft.graph.deviceConfigurationDeviceOverview',
        '@odata.id': `BASE/beta/deviceManagement/deviceConfigurations('${ID}')/deviceStatusOverview`,
        '@odata.editLink': `deviceManagement/deviceConfigurations('${ID}')/deviceStatusOverview`,
        id: ID,
        'lastUpdateDateTime@odata.type': '#DateTimeOffset',
        lastUpdateDateTime: '2024-07-02T02:05:09Z',
      },
    ],
  ])('%s determines the annotations', async (level, expected) => {
    const { json, headers } = await get(overview, { accept: `application/json;odata.metadata=${level}` });
    expect(json).toEqual(JSON.parse(JSON.stringify(expected).replaceAll('BASE', emulator.url)));
    expect(headers['content-type']).toContain(`odata.metadata=${level};`);
  });

  test('none has the link to the next page and the count', async () => {
    const accept = { accept: 'application/json; odata.metadata=none' };
    const { json } = await get(`${LIST}?$top=1&$select=id&$count=true&$expand=deviceStatusOverview`, accept);
    expect(Object.keys(json)).toEqual(['@odata.count', '@odata.nextLink', 'value']);
    expect(Object.keys(json.value[0])).toEqual(['id', 'deviceStatusOverview']);
  });

  test('an unknown level is rejected', async () => {
    expect((await get(LIST, { accept: 'application/json;odata.metadata=some' })).status).toBe(400);
  });
});

test('the pages of a large filtered and ordered list have each configuration once', async () => {
  const large = await startEmulator({ clock, configurations: 20_000 });
  try {
    const query =
      "$filter=contains(displayName,'Osaka')&$orderby=displayName desc&$select=id&$top=1000&$count=true";
    let path: string | undefined = `${LIST}?${query.replaceAll(' ', '%20')}`;
    const ids = new Set<string>();
    let total = 0;
    while (path !== undefined) {
      const { json }: Answered = await request(large, 'GET', path);
      for (const { id } of json.value as { id: string }[]) ids.add(id);
      total = json['@odata.count'];
      path = json['@odata.nextLink']?.slice(large.url.length);
    }
    expect(ids.size).toBe(total);
    expect(total).toBeGreaterThan(2_000);
  } finally {
    await large.close();
  }
});
