import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Emulator, startEmulator } from '../../src/emulator/index.ts';
import { request } from './request.ts';

/**
 * The facts of Microsoft's published CSDL, as of 2026-08-03: a line `<version> <type> : <base>` for each entity type,
 * below it a line for each property and navigation property.
 */
const FACTS = readFileSync(new URL('../fixtures/metadata-types.txt', import.meta.url), 'utf8');

/** Served types that are not in the fixture, by hand from the same CSDL. */
const ASSIGNMENT = {
  beta: [
    'deviceConfigurationAssignment : entity',
    '  intent graph.deviceConfigAssignmentIntent required',
    '  source graph.deviceAndAppManagementAssignmentSource required',
    '  sourceId Edm.String',
    '  target graph.deviceAndAppManagementAssignmentTarget',
  ],
  'v1.0': ['deviceConfigurationAssignment : entity', '  target graph.deviceAndAppManagementAssignmentTarget'],
} as const;

const TO_ASSIGNMENTS = '  assignments -> Collection(deviceConfigurationAssignment) contained';

/** Each type with its members, in the order of the text. */
function typesOf(lines: readonly string[]): Map<string, string[]> {
  const types = new Map<string, string[]>();
  let members: string[] = [];
  for (const line of lines) {
    if (line.startsWith('  ')) {
      members.push(line);
    } else {
      members = [];
      types.set(line, members);
    }
  }
  return types;
}

function factsOf(version: 'beta' | 'v1.0'): Map<string, string[]> {
  const lines: string[] = [];
  let here = false;
  for (const line of FACTS.trimEnd().split('\n')) {
    if (!line.startsWith('  ')) here = line.startsWith(`${version} `);
    if (here) lines.push(line.startsWith('  ') ? line : line.slice(version.length + 1));
  }
  const facts = typesOf([...lines, ...ASSIGNMENT[version]]);
  facts.get('deviceConfiguration : entity abstract')?.unshift(TO_ASSIGNMENTS);
  return facts;
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];

/** The entity types of a CSDL document in the form of the facts. */
function servedTypes(csdl: string): Map<string, string[]> {
  const lines: string[] = [];
  let open = '';
  for (const [tag] of csdl.matchAll(
    /<(?:EntityType|ComplexType|EnumType|Property|NavigationProperty)\b[^>]*>/g,
  )) {
    const name = attribute(tag, 'Name');
    const type = attribute(tag, 'Type');
    if (/^<(?:Entity|Complex|Enum)Type/.test(tag)) open = tag;
    if (!open.startsWith('<EntityType')) continue;
    if (tag.startsWith('<EntityType')) {
      const base = attribute(tag, 'BaseType')?.replace('graph.', '');
      const abstract = attribute(tag, 'Abstract') === 'true' ? ' abstract' : '';
      lines.push(`${name}${base === undefined ? '' : ` : ${base}`}${abstract}`);
    } else if (tag.startsWith('<Property')) {
      lines.push(`  ${name} ${type}${attribute(tag, 'Nullable') === 'false' ? ' required' : ''}`);
    } else {
      const contained = attribute(tag, 'ContainsTarget') === 'true' ? ' contained' : '';
      lines.push(`  ${name} -> ${type?.replace('graph.', '')}${contained}`);
    }
  }
  return typesOf(lines);
}

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ clock: { now: () => 0, sleep: async () => undefined } });
});

afterAll(() => emulator.close());

describe.each(['beta', 'v1.0'] as const)('$metadata of %s', (version) => {
  test('has the types of Graph, each with its properties and navigation properties', async () => {
    const { text } = await request(emulator, 'GET', `/${version}/$metadata`);
    const served = servedTypes(text);
    const facts = factsOf(version);
    expect([...served.keys()].sort()).toEqual([...facts.keys()].sort());
    for (const [type, members] of facts)
      expect([type, served.get(type)?.sort()]).toEqual([type, members.sort()]);
    expect(served.size).toBeGreaterThan(version === 'beta' ? 120 : 25);
  });

  test('has a base type before its derived types, and every type that it refers to', async () => {
    const { text } = await request(emulator, 'GET', `/${version}/$metadata`);
    const seen = new Set<string>();
    for (const [tag] of text.matchAll(/<(?:EntityType|ComplexType|EnumType)\b[^>]*>/g)) {
      const base = attribute(tag, 'BaseType')?.replace('graph.', '');
      if (base !== undefined) expect([tag, seen.has(base)]).toEqual([tag, true]);
      seen.add(attribute(tag, 'Name') ?? '');
    }
    const named = [...text.matchAll(/\bType="(?:Collection\()?graph\.(\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !seen.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });
});

test('an answer has exactly the properties in $metadata', async () => {
  const { text } = await request(emulator, 'GET', '/beta/$metadata');
  const served = servedTypes(text);
  const path = '/beta/deviceManagement/deviceConfigurations/5a3b1c00-0b1e-4d5a-9c3e-000000000003';
  const first = async (below: string) => {
    const { json } = await request(emulator, 'GET', `${path}${below}`);
    return Object.keys(json.value?.[0] ?? json).filter((name) => !name.startsWith('@odata'));
  };
  const of = (type: string) => [
    'id',
    ...(served.get(type) ?? [])
      .filter((line) => !line.includes('->'))
      .map((line) => line.trim().split(' ')[0]),
  ];
  expect((await first('')).sort()).toEqual(of('deviceConfiguration : entity abstract').sort());
  for (const [below, type] of [
    ['/deviceStatusOverview', 'deviceConfigurationDeviceOverview : entity'],
    ['/userStatusOverview', 'deviceConfigurationUserOverview : entity'],
    ['/assignments', 'deviceConfigurationAssignment : entity'],
    ['/groupAssignments', 'deviceConfigurationGroupAssignment : entity'],
  ] as const) {
    expect((await first(below)).sort()).toEqual(of(type).sort());
  }
});
