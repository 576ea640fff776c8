import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROPERTIES } from '../src/catalog/properties.ts';
import { EXIT_CODES } from '../src/outcome/errors.ts';
import { readOutputPage } from './support/output-page.ts';
import { runMain, stateFolder } from './support/run-main.ts';
import { readSchemas, recordValidator, type Schema, schemaFile } from './support/schemas.ts';

/** The schemas are written by hand; these tests compare them with the page, the program and the last release. */
const SCHEMAS = readSchemas();
const PAGE = readOutputPage();

/** The records without a section. */
const WITHOUT_SECTION = ['error-line.schema.json', 'overview-in-record.schema.json'];

const at = (file: string): Schema => {
  const schema = SCHEMAS.get(file);
  if (schema === undefined) throw new Error(`schema/${file} is missing`);
  return schema;
};

/** The target of a reference in `file`; references to whole records are unchanged. */
function follow(file: string, schema: Schema): Schema {
  const [other = '', path] = schema.$ref?.split('#/') ?? [];
  if (path === undefined) return schema;
  const target = path
    .split('/')
    .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], at(other || file));
  return follow(other || file, target as Schema);
}

/** The type of a member in the form of the page. */
function typeOnPage(file: string, member: Schema): string {
  const schema = follow(file, member);
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeOnPage(file, one)).join(' or ');
  if (schema.$ref === 'overview-in-record.schema.json') return 'overview';
  if (schema.$ref !== undefined) return at(schema.$ref).title ?? '';
  const types = [schema.type ?? []].flat();
  return types
    .map((type) => {
      if (type !== 'array') return type;
      return schema.items?.$ref === 'row.schema.json' ? 'rows' : 'list';
    })
    .join(' or ');
}

/** The members of a record in the form of the table on the page: a line for each, in order. */
function tableOf(file: string): readonly string[] {
  const { properties = {}, required = [], anyOf = [] } = at(file);
  const always = new Set([...required, ...(anyOf[0]?.required ?? [])]);
  return Object.entries(properties).map(
    ([name, member]) => `${name}${always.has(name) ? '' : '?'}: ${typeOnPage(file, member)}`,
  );
}

describe('a schema', () => {
  test.each([...PAGE].filter(([, { members }]) => members.size > 0))(
    'of %s has the members of docs/output.md',
    (title, { members }) => {
      const onPage = [...members].map(
        ([name, { type, optional }]) => `${name}${optional ? '?' : ''}: ${type}`,
      );
      expect(tableOf(schemaFile(title)).join('\n')).toBe(onPage.join('\n'));
    },
  );

  test.each(['overview.schema.json', 'overview-in-record.schema.json'])(
    '%s has every property of an overview',
    (file) => {
      const described = Object.keys(at(file).properties ?? {});
      expect(PROPERTIES.map(({ name }) => name).filter((name) => !described.includes(name))).toEqual([]);
    },
  );

  test('is described on the page', () => {
    const described = [...PAGE.keys()].map(schemaFile);
    expect([...SCHEMAS.keys()].filter((file) => !described.includes(file))).toEqual(WITHOUT_SECTION);
  });

  test.each([...SCHEMAS])('%s has additionalProperties for every object', (file, schema) => {
    expect(objectsWithout('additionalProperties', schema, file)).toEqual([]);
  });

  test('has the values that scripts compare with', () => {
    const words = (file: string, member: string): readonly unknown[] | undefined =>
      at(file).properties?.[member]?.enum;
    expect(words('row.schema.json', 'status')).toEqual([
      'planned',
      'unchanged',
      'written',
      'mismatched',
      'failed',
      'skipped',
    ]);
    expect(words('run.schema.json', 'state')).toEqual(['running', 'interrupted', 'done']);
    expect(words('check.schema.json', 'verdict')).toEqual(['ok', 'warn', 'fail', 'skip']);
    expect(words('error.schema.json', 'written')).toEqual(['no', 'yes', 'unknown']);
  });

  test('has every kind of failure', () => {
    expect(at('error.schema.json').$defs?.kind?.enum).toEqual(
      expect.arrayContaining(Object.keys(EXIT_CODES)),
    );
  });

  test('describes a saved plan', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-overview-plan-'));
    const [rows, plan] = [join(folder, 'rows.csv'), join(folder, 'plan.json')];
    writeFileSync(rows, 'deviceConfigurationId,error\n5a3b1c00-0b1e-4d5a-9c3e-000000000001,3\n');
    const made = await runMain(['apply', rows, '--plan', plan, '--local'], {
      env: { GRAPH_OVERVIEW_STATE: stateFolder() },
    });
    expect([made.code, made.stderr]).toEqual([0, made.stderr]);
    const saved = JSON.parse(readFileSync(plan, 'utf8'));
    const differencesFrom = recordValidator();
    expect(differencesFrom('saved plan', saved)).toEqual([]);
    expect(saved.rows).toHaveLength(1);
    expect(differencesFrom('saved plan', { ...saved, rows: [{}] })).not.toEqual([]);
  });
});

/** test/fixtures/released-schemas.json: the files and schemas of the last release. */
const RELEASED: Readonly<Record<string, Schema>> = JSON.parse(
  readFileSync(new URL('fixtures/released-schemas.json', import.meta.url), 'utf8'),
);

describe('since the last release, within a major version,', () => {
  test.each(Object.entries(RELEASED))('nothing of %s was removed or renamed', (file, released) => {
    expect(broken(released, SCHEMAS.get(file), file)).toEqual([]);
  });

  test('a breaking change is found', () => {
    const released: Schema = {
      type: 'object',
      required: ['a', 'b', 'd'],
      properties: {
        a: { type: 'string' },
        b: { type: 'integer' },
        c: { type: 'string' },
        d: { enum: ['x'] },
      },
    };
    const now: Schema = {
      type: 'object',
      required: ['a', 'd', 'e'],
      properties: { a: { type: ['string', 'null'] }, b: { type: 'integer' }, d: { enum: ['x', 'y'] }, e: {} },
    };
    expect(broken(released, now, 'record')).toEqual([
      'record: b is no longer always there',
      'record.a: type was "string" and is ["string","null"]',
      'record.c: is gone',
    ]);
  });
});

/** The breaking changes since `released`; values, members and descriptions may have been added. */
function broken(released: Schema, now: Schema | undefined, path: string): readonly string[] {
  if (now === undefined) return [`${path}: is gone`];
  const dropped = (before: readonly string[] = [], after: readonly string[] = []): readonly string[] =>
    before.filter((name) => !after.includes(name));
  const words = (released.enum ?? []).filter((word) => !now.enum?.includes(word));
  const changed = (['type', '$ref', 'const'] as const).filter(
    (name) => JSON.stringify(released[name]) !== JSON.stringify(now[name]),
  );
  return [
    ...dropped(released.required, now.required).map((name) => `${path}: ${name} is no longer always there`),
    ...words.map((word) => `${path}: the word ${word} is gone`),
    ...changed.map(
      (name) => `${path}: ${name} was ${JSON.stringify(released[name])} and is ${JSON.stringify(now[name])}`,
    ),
    ...Object.entries(released.properties ?? {}).flatMap(([name, member]) =>
      broken(member, now.properties?.[name], `${path}.${name}`),
    ),
    ...Object.entries(released.$defs ?? {}).flatMap(([name, member]) =>
      broken(member, now.$defs?.[name], `${path}#${name}`),
    ),
    ...(released.items === undefined ? [] : broken(released.items, now.items, `${path}[]`)),
    ...(released.anyOf ?? []).flatMap((one, index) => broken(one, now.anyOf?.[index], `${path}|${index}`)),
  ];
}

function objectsWithout(keyword: string, schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type } = schema as Schema;
  const here = [type].flat().includes('object') && !Object.hasOwn(schema, keyword) ? [path] : [];
  return [
    ...here,
    ...Object.entries(schema).flatMap(([name, part]) => objectsWithout(keyword, part, `${path}.${name}`)),
  ];
}
