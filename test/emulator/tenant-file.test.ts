import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Emulator, EmulatorOptions } from '../../src/emulator/index.ts';
import { runMain, stateFolder } from '../support/run-main.ts';
import { request } from './request.ts';
import { start as startMock } from './start.ts';

const LIST = '/beta/deviceManagement/deviceConfigurations';
const clock = { now: () => 0, sleep: async () => undefined };

function start(options: Partial<EmulatorOptions>): Promise<Emulator> {
  return startMock({ clock, ...options });
}

function file(text: string): string {
  const path = join(stateFolder(), '..', 'tenant.json');
  writeFileSync(path, text);
  return path;
}

const RECORD = {
  deviceConfigurationId: 'a1',
  displayName: 'Wi-Fi "Nord"',
  '@odata.type': '#microsoft.graph.windowsWifiConfiguration',
  overview: {
    id: 'o1',
    pendingCount: 1,
    notApplicableCount: 2,
    successCount: 3,
    errorCount: 4,
    failedCount: 5,
    lastUpdateDateTime: '2026-05-06T07:08:09+02:00',
    configurationVersion: 6,
  },
};

describe('a tenant from a listing', () => {
  test.each(['json', 'jsonl'])('is listed by list -o %s exactly as the listing', async (format) => {
    const source = await start({ configurations: 120 });
    const list = (server: Emulator) => runMain(['list', '--endpoint', server.url, '-o', format]);
    const { stdout } = await list(source);
    const copy = await start({ tenantFile: file(stdout) });
    const again = await list(copy);
    expect([again.code, again.stdout]).toEqual([0, stdout]);
    expect(copy.samples).toEqual({
      direct: { deviceConfigurationId: '5a3b1c00-0b1e-4d5a-9c3e-000000000001', certificateId: null },
    });
  });

  test.each([
    ['live', 'a1', undefined],
    ['docs', 'o1', '#microsoft.graph.deviceConfigurationDeviceOverview'],
  ] as const)('has overviews in the shape %s', async (shape, id, type) => {
    const emulator = await start({ tenantFile: file(`\uFEFF${JSON.stringify(RECORD)}`), shape });
    const { json } = await request(emulator, 'GET', `${LIST}?$expand=deviceStatusOverview,assignments`);
    expect(json.value).toHaveLength(1);
    expect(json.value[0]).toMatchObject({
      '@odata.type': '#microsoft.graph.windowsWifiConfiguration',
      id: 'a1',
      displayName: 'Wi-Fi "Nord"',
      version: 6,
      assignments: [],
    });
    const { overview } = RECORD;
    const expected = { ...overview, id, notApplicablePlatformCount: 0, conflictCount: 0 };
    expect(json.value[0].deviceStatusOverview).toEqual({ ...(type && { '@odata.type': type }), ...expected });
  });

  test('can have a record without a name, a type and an overview', async () => {
    const record = {
      ...RECORD,
      displayName: null,
      '@odata.type': null,
      overview: undefined,
      error: { kind: 'graph' },
    };
    const emulator = await start({ tenantFile: file(JSON.stringify([record])) });
    const { json } = await request(emulator, 'GET', `${LIST}/a1?$expand=deviceStatusOverview`);
    expect(json).toMatchObject({
      '@odata.type': '#microsoft.graph.unsupportedDeviceConfiguration',
      displayName: '',
      deviceStatusOverview: { id: 'a1', pendingCount: 0, lastUpdateDateTime: '0001-01-01T00:00:00Z' },
    });
  });

  test.each<[string, Buffer]>([
    ['little-endian', Buffer.from(`\uFEFF${JSON.stringify([RECORD])}`, 'utf16le')],
    ['big-endian', Buffer.from(`\uFEFF${JSON.stringify([RECORD])}`, 'utf16le').swap16()],
  ])('can be in UTF-16, %s, as PowerShell 5 writes it', async (_, bytes) => {
    const path = file('');
    writeFileSync(path, bytes);
    const { json } = await request(await start({ tenantFile: path }), 'GET', LIST);
    expect(json.value[0].displayName).toBe('Wi-Fi "Nord"');
  });

  test('can have a state file, which belongs only to that listing', async () => {
    const stateFile = join(stateFolder(), 'tenant.jsonl');
    const tenantFile = file(JSON.stringify(RECORD));
    const path = `${LIST}/a1/deviceStatusOverview`;
    await request(await start({ tenantFile, stateFile }), 'PATCH', path, { pendingCount: 9 });
    expect((await request(await start({ tenantFile, stateFile }), 'GET', path)).json.pendingCount).toBe(9);
    const another = file(JSON.stringify({ ...RECORD, displayName: 'other' }));
    await expect(start({ tenantFile: another, stateFile })).rejects.toThrow('belongs to the tenant file-');
  });

  test.each<[string, string, string]>([
    ['text', 'hello', 'line 1: not JSON'],
    ['an incomplete line', `${JSON.stringify(RECORD)}\n{"deviceConf`, 'line 2: not JSON'],
    ['a number', '5', 'record 1: not a JSON object'],
    [
      'no id',
      JSON.stringify([{ ...RECORD, deviceConfigurationId: undefined }]),
      'record 1: deviceConfigurationId is missing',
    ],
    [
      'a name that is a number',
      JSON.stringify([{ ...RECORD, displayName: 1 }]),
      'record 1: displayName is not a string',
    ],
    [
      'an unknown type',
      JSON.stringify([{ ...RECORD, '@odata.type': 'x' }]),
      'record 1: @odata.type is not a type',
    ],
    [
      'no overview',
      JSON.stringify([RECORD, { ...RECORD, overview: undefined }]),
      'record 2: overview is missing',
    ],
    [
      'a count that is a string',
      JSON.stringify([{ ...RECORD, overview: { ...RECORD.overview, pendingCount: '1' } }]),
      'record 1: overview.pendingCount is not a whole number',
    ],
    [
      'an invalid date',
      JSON.stringify([{ ...RECORD, overview: { ...RECORD.overview, lastUpdateDateTime: 'now' } }]),
      'record 1: overview.lastUpdateDateTime is not a date',
    ],
    [
      'an id twice',
      JSON.stringify([RECORD, { ...RECORD, deviceConfigurationId: 'A1' }]),
      'record 2: duplicate id A1',
    ],
  ])('with %s is rejected', async (_, text, message) => {
    await expect(start({ tenantFile: file(text) })).rejects.toThrow(message);
  });

  test('that does not exist is an error', async () => {
    await expect(start({ tenantFile: '/none/tenant.json' })).rejects.toThrow(
      'the tenant /none/tenant.json cannot be read (ENOENT)',
    );
  });

  test('a device, which has no end', async () => {
    await expect(start({ tenantFile: '/dev/zero' })).rejects.toThrow(
      process.platform === 'win32'
        ? 'the tenant /dev/zero cannot be read (ENOENT)'
        : 'the tenant /dev/zero cannot be read (a device)',
    );
  });

  test('that is empty is an empty tenant', async () => {
    const emulator = await start({ tenantFile: file('[]') });
    expect((await request(emulator, 'GET', LIST)).json.value).toEqual([]);
    expect((await request(emulator, 'GET', `${LIST}/$count`)).text).toBe('0');
  });
});
