import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { type Answered, request } from './request.ts';

const LIST = '/beta/deviceManagement/deviceConfigurations';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock: { now: () => 0, sleep: async () => undefined } });
});

afterAll(() => emulator.close());

function list(filter: string, version = 'beta'): Promise<Answered> {
  const query = `$filter=${encodeURIComponent(filter)}&$select=id&$top=999`;
  return request(emulator, 'GET', `${LIST.replace('beta', version)}?${query}`);
}

/** The rows of the sample tenant by the last two digits of their ids. */
async function rowsOf(filter: string, version?: string): Promise<string> {
  const { status, json } = await list(filter, version);
  if (status !== 200) throw new Error(json.error.message);
  return (json.value as { id: string }[]).map(({ id }) => id.slice(-2)).join(' ');
}

describe('$filter', () => {
  test.each([
    ["displayName eq 'Always On VPN'", '0b'],
    ["displayName eq 'always on vpn'", '0b'],
    ["DISPLAYNAME EQ 'Always On VPN'", '0b'],
    ["'Always On VPN' eq displayName", '0b'],
    ["id eq '5A3B1C00-0B1E-4D5A-9C3E-00000000000B'", '0b'],
    ["displayName eq 'Mac – 制限プロファイル'", '10'],
    ["displayName eq 'it''s'", ''],
    ["startswith(displayName,'Update ring')", '11 12'],
    ["startsWith(displayName, 'contoso radius')", '31 32 37'],
    ["contains(displayName,'VPN')", '04 0b 0c 0d 0e 21'],
    ["contains(displayName,'VPN') and not contains(displayName,'iphone')", '04 0b 0e 21'],
    ["contains(displayName,'VPN') and not (id lt '5a3b1c00-0b1e-4d5a-9c3e-00000000000d')", '0d 0e 21'],
    ["startswith(displayName,'Always') or startswith(displayName,'Library')", '0b 14'],
    // `and` has a higher precedence than `or`.
    ["displayName eq 'Always On VPN' or displayName eq 'Library computers' and version eq 99", '0b'],
    ["(displayName eq 'Always On VPN' or displayName eq 'Library computers') and version eq 99", ''],
    // The version of a row is its number modulo 7, plus 1: the rows 6, 13, 20, 34, 48 and 55 have version 7.
    ['version eq 7 and version ge 7 and version le 7 and version gt 6 and version lt 8', '06 0d 14 22 30 37'],
    ['7 le version', '06 0d 14 22 30 37'],
    ['not (version ne 7)', '06 0d 14 22 30 37'],
    // The day of a row is its number modulo 28, plus 1: of the rows 27 and 55 with day 28, only 55 exists.
    ['lastModifiedDateTime ge 2024-06-28T09:30:00Z', '37'],
    ['lastModifiedDateTime gt 2024-06-28T09:29:59.9999999Z', '37'],
    ['lastModifiedDateTime gt 2024-06-28T09:30:00Z', ''],
    ['lastModifiedDateTime eq 2024-06-28T11:30:00+02:00', '37'],
    ['lastModifiedDateTime ge 2024-06-28', '37'],
    ['createdDateTime eq 2023-03-28T08:15:00.1234567Z', '37'],
    ['createdDateTime eq 2023-03-28T08:15:00Z', ''],
    ["isof('microsoft.graph.iosVpnConfiguration')", '0c 0d'],
    ["isof('microsoft.graph.iosikEv2VpnConfiguration')", '0d'],
    ["isof('microsoft.graph.windowsUpdateForBusinessConfiguration') and contains(displayName,'pilot')", '11'],
    ['isof(microsoft.graph.sharedPCConfiguration)', '14'],
    ['displayName eq null', ''],
    ["displayName ne null and startswith(displayName,'Library')", '14'],
    [`${'('.repeat(99)}version eq 7${')'.repeat(99)}`, '06 0d 14 22 30 37'],
    [`version eq 7${' or version eq 7'.repeat(500)}`, '06 0d 14 22 30 37'],
  ])('%s', async (filter, rows) => {
    expect(await rowsOf(filter)).toBe(rows);
  });

  test('v1.0 supports filters, with its own types', async () => {
    expect(await rowsOf("startswith(displayName,'Library')", 'v1.0')).toBe('14');
    expect((await list("isof('microsoft.graph.iosVpnConfiguration')", 'v1.0')).status).toBe(400);
  });

  test.each([
    ['', 'Syntax error'],
    ['x', 'Could not find a property'],
    ['displayName', 'Syntax error'],
    ['displayName eq', 'Syntax error'],
    ["displayName eq 'open", 'Syntax error at position 15'],
    ["displayName eq 'a' extra", 'Syntax error'],
    ["displayName is 'a'", 'Syntax error'],
    ["(displayName eq 'a'", 'Syntax error'],
    ["displayName eq 'a')", 'Syntax error'],
    ["not displayName eq 'a'", 'needs parentheses'],
    ['displayName eq 1', "incompatible with the type 'Edm.String'"],
    ["version eq '7'", "incompatible with the type 'Edm.Int32'"],
    ['version eq 99999999999', 'incompatible'],
    ["createdDateTime gt '2024-01-01T00:00:00Z'", "incompatible with the type 'Edm.DateTimeOffset'"],
    ['createdDateTime gt 2024-02-30T00:00:00Z', 'incompatible'],
    ['createdDateTime gt 2024-01-01T00:00:00', 'incompatible'],
    ["startswith(version,'7')", 'No function signature'],
    ["startswith('a',displayName)", 'Syntax error'],
    ["endswith(displayName,'a')", "The filter function 'endswith' is not supported"],
    ["tolower(displayName) eq 'a'", "The filter function 'tolower' is not supported"],
    ["displayName in ('a','b')", 'Syntax error'],
    ["description eq 'a'", "Filtering by the property 'description' is not supported"],
    ["isof('microsoft.graph.nonsense')", 'is not defined in the model'],
    ["isof('nonsense')", 'is not defined in the model'],
    [`${'('.repeat(101)}version eq 7${')'.repeat(101)}`, 'recursion limit'],
    [`${'not '.repeat(101)}(version eq 7)`, 'recursion limit'],
    ['version eq 7 & 1', 'Syntax error'],
  ])('%s is rejected: %s', async (filter, message) => {
    const { status, json } = await list(filter);
    expect(status).toBe(400);
    expect(json.error.code).toBe('BadRequest');
    expect(json.error.message).toContain(message);
  });

  test('a syntax error is an error of Graph, an unsupported filter is an error of Intune', async () => {
    expect((await list('x')).json.error.message).toBe(
      "Invalid filter clause: Could not find a property named 'x' on type 'microsoft.graph.deviceConfiguration'.",
    );
    const inner = JSON.parse((await list("endswith(displayName,'a')")).json.error.message);
    expect(inner).toMatchObject({ _version: 3, HttpHeaders: '{}' });
  });

  test.each([
    ['a long chain', `version eq 7${' or version eq 7'.repeat(50_000)}`, 200],
    ['a long string', `displayName eq '${"''".repeat(500_000)}'`, 200],
    ['open parentheses', '('.repeat(1_000_000), 400],
    ['many nots', `${'not '.repeat(300_000)}(version eq 7)`, 400],
    ['open quotes', "'".repeat(1_000_001), 400],
    ['spaces', `version${' '.repeat(1_000_000)}eq 7`, 200],
  ])('of a megabyte is parsed in linear time: %s', async (_, filter, status) => {
    // It fits in a batch, but not in the head of a request.
    const url = `${LIST.replace('/beta', '')}?$filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`;
    const item = { id: '1', method: 'GET', url };
    const { json } = await request(emulator, 'POST', '/beta/$batch', { requests: [item] });
    expect(json.responses[0].status).toBe(status);
  });
});
