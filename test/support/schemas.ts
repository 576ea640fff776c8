import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** The members of a JSON Schema that the tests use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly description?: string;
}

const FOLDER = new URL('../../schema/', import.meta.url);

/** The schemas of the package by file name. */
export function readSchemas(): ReadonlyMap<string, Schema> {
  const files = readdirSync(FOLDER).sort();
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))]));
}

/** The file of a record, by the title of its section in docs/output.md. */
export function schemaFile(title: string): string {
  return `${title.replaceAll(' ', '-')}.schema.json`;
}

/**
 * Validates records with the schemas. Scripts must accept members that are added later, but not a test: if a
 * schema has required members, any member that it does not describe is an error.
 * @returns the errors of a value as the record of that title
 */
export function recordValidator(): (title: string, value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false, formats });
  for (const [file, schema] of readSchemas()) ajv.addSchema(closed(schema) as object, file);
  return (title, value) => {
    const validate = ajv.getSchema(schemaFile(title));
    if (validate === undefined) return [`schema/${schemaFile(title)} is missing`];
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${title}${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}

const formats = { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) };

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([name, part]) => [name, closed(part)] as const);
  const { properties, required, additionalProperties, ...rest } = Object.fromEntries(parts);
  if (properties === undefined || required === undefined || additionalProperties !== true) {
    return Object.fromEntries(parts);
  }
  return { ...rest, properties, required, additionalProperties: false };
}
