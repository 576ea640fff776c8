import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Answered, request } from './request.ts';

/** Number 3 has the most assignments. */
const ID = '5a3b1c00-0b1e-4d5a-9c3e-000000000003';
const [PILOT, STAFF, KIOSKS] = [1, 2, 3].map((digit) => `9b1d4e00-0b1e-4d5a-9c3e-00000000000${digit}`);
const CONFIGURATION = `/deviceManagement/deviceConfigurations/${ID}`;

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock: { now: () => 0, sleep: async () => undefined } });
});

afterAll(() => emulator.close());

const get = (below: string, version = 'beta'): Promise<Answered> =>
  request(emulator, 'GET', `/${version}${CONFIGURATION}${below}`);

const filter = {
  deviceAndAppManagementAssignmentFilterId: null,
  deviceAndAppManagementAssignmentFilterType: 'none',
};

const assigned = (group: string | undefined, type: string) => ({
  id: `${ID}_${group}`,
  source: 'direct',
  sourceId: ID,
  intent: 'apply',
  target: { '@odata.type': `#microsoft.graph.${type}`, ...filter, groupId: group },
});

const ASSIGNMENTS = [
  assigned(PILOT, 'groupAssignmentTarget'),
  assigned(STAFF, 'groupAssignmentTarget'),
  assigned(KIOSKS, 'exclusionGroupAssignmentTarget'),
];

describe('assignments', () => {
  test('can be listed, read one by one, expanded and counted', async () => {
    const { json } = await get('/assignments');
    expect(json).toEqual({
      '@odata.context': `${emulator.url}/beta/$metadata#deviceManagement/deviceConfigurations('${ID}')/assignments`,
      value: ASSIGNMENTS,
    });
    expect((await get(`/assignments/${ID}_${STAFF}`)).json).toMatchObject(ASSIGNMENTS[1] ?? {});
    expect((await get(`/assignments('${ID}_${STAFF}')?$select=id`)).json).toEqual({
      '@odata.context': expect.stringMatching(/\/assignments\/\$entity$/),
      id: `${ID}_${STAFF}`,
    });
    expect((await get('?$expand=assignments')).json.assignments).toEqual(ASSIGNMENTS);
    expect((await get('/assignments/$count')).text).toBe('3');
    expect((await get('/assignments/none')).status).toBe(404);
    expect((await get(`/assignments/${ID}_${STAFF}/target`)).status).toBe(400);
  });

  test('have only a target in v1.0', async () => {
    const { json } = await get('/assignments', 'v1.0');
    expect(json.value[0]).toEqual({
      id: `${ID}_${PILOT}`,
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: PILOT },
    });
  });

  test('can be to all devices and to all users', async () => {
    const targets = async (number: string) => {
      const path = `/v1.0/deviceManagement/deviceConfigurations/5a3b1c00-0b1e-4d5a-9c3e-0000000000${number}/assignments`;
      const { json } = await request(emulator, 'GET', path);
      return (json.value as { id: string; target: Record<string, string> }[]).map(({ id, target }) => [
        id.split('_')[1],
        target['@odata.type'],
      ]);
    };
    expect(await targets('02')).toEqual([
      ['adadadad-808e-44e2-905a-0b7873a8a531', '#microsoft.graph.allDevicesAssignmentTarget'],
      [KIOSKS, '#microsoft.graph.exclusionGroupAssignmentTarget'],
    ]);
    expect(await targets('04')).toEqual([
      ['acacacac-9df4-4c7d-9d50-4ef0226f57a9', '#microsoft.graph.allLicensedUsersAssignmentTarget'],
    ]);
    expect(await targets('05')).toEqual([]);
  });
});

describe('groupAssignments', () => {
  test('have the assignments of a configuration, with a link to it', async () => {
    const { json } = await get('/groupAssignments');
    expect(json.value).toEqual([
      { id: `${ID}_${PILOT}`, targetGroupId: PILOT, excludeGroup: false },
      { id: `${ID}_${STAFF}`, targetGroupId: STAFF, excludeGroup: false },
      { id: `${ID}_${KIOSKS}`, targetGroupId: KIOSKS, excludeGroup: true },
    ]);
    expect((await get(`/groupAssignments/${ID}_${KIOSKS}`)).json).toMatchObject({ excludeGroup: true });
    expect((await get(`/groupAssignments/${ID}_${KIOSKS}/deviceConfiguration`)).json.id).toBe(ID);
    expect((await get('/groupAssignments/$count')).text).toBe('3');
  });

  test('are not in v1.0', async () => {
    expect((await get('/groupAssignments', 'v1.0')).status).toBe(400);
  });
});

describe('userStatusOverview', () => {
  test('has the properties of the metadata, and cannot be written', async () => {
    // Four fifths of 40, 5, 1510, 9, 2 and 0 devices, rounded up.
    const counts = {
      pendingCount: 32,
      notApplicableCount: 4,
      successCount: 1208,
      errorCount: 8,
      failedCount: 2,
    };
    expect((await get('/userStatusOverview')).json).toEqual({
      '@odata.context': `${emulator.url}/beta/$metadata#deviceManagement/deviceConfigurations('${ID}')/userStatusOverview/$entity`,
      id: ID,
      ...counts,
      conflictCount: 0,
      lastUpdateDateTime: '2024-07-04T02:05:09Z',
      configurationVersion: 4,
    });
    expect((await get('/userStatusOverview', 'v1.0')).json).not.toHaveProperty('conflictCount');
    expect((await get('/userStatusOverview?$select=errorCount')).json.errorCount).toBe(8);
    const write = await request(emulator, 'PATCH', `/beta${CONFIGURATION}/userStatusOverview`, {
      errorCount: 1,
    });
    expect(write.json.error.message).toContain('No OData route exists that match template');
  });
});

test('a collection of certificates can be counted, and read with keys in parentheses', async () => {
  const wifi =
    "/beta/deviceManagement/deviceConfigurations('5a3b1c00-0b1e-4d5a-9c3e-000000000002')/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificatesForServerValidation";
  expect((await request(emulator, 'GET', `${wifi}/$count`)).text).toBe('2');
  const one = await request(
    emulator,
    'GET',
    `${wifi}('5a3b1c00-0b1e-4d5a-9c3e-000000000031')?$select=displayName`,
  );
  expect(one.json.displayName).toBe('Contoso RADIUS Root A');
  const all = await request(
    emulator,
    'GET',
    `${wifi}?$select=id&$expand=deviceStatusOverview($select=successCount)`,
  );
  expect(all.json.value.map((row: { deviceStatusOverview: unknown }) => row.deviceStatusOverview)).toEqual([
    { successCount: 3990 },
    { successCount: 3987 },
  ]);
});
