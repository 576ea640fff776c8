import type { Node, ParseError } from 'jsonc-parser';
import { OVERVIEW_TYPE, PROPERTIES } from '../catalog/properties.ts';
import { InputErrors, usage } from '../outcome/errors.ts';
import { isTooDeep } from '../text/json-depth.ts';
import type { SourcedValue } from './payload.ts';
import { propertyNamed } from './payload.ts';
import { readJsonValue } from './value.ts';

/** An overview is not nested; the limit keeps the parser's recursion small. */
const MAX_DEPTH = 32;

/**
 * Reads the JSON object of `--body`. Annotations that Graph adds (`@odata.context` and the like) are dropped, so that the
 * output of `get -o json` is a valid body.
 * @param source the name of the body in messages: `--body`
 * @param now the time for the value `now`, in milliseconds since the epoch
 * @returns the properties by Graph's name, each with its source
 * @throws a `usage` Failure with every error: malformed JSON with line and column, unknown properties, duplicate
 *   properties, values that are not allowed
 */
export async function readBody(
  text: string,
  source: string,
  now: number,
): Promise<Map<string, SourcedValue>> {
  const { parseTree, printParseErrorCode, getNodeValue } = await import('jsonc-parser');
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (json.trim() === '') throw usage(`${source}: the body is empty`, 'give a JSON object');
  if (isTooDeep(json, MAX_DEPTH))
    throw usage(`${source}: the JSON is nested deeper than ${MAX_DEPTH} levels`);
  const errors: ParseError[] = [];
  // Without errors there is a value, and each member of an object has a name and a value.
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false }) as Node;
  const [first] = errors;
  if (first !== undefined) {
    throw usage(
      `${source}: malformed JSON at ${positions(json)(first.offset)}: ${parseErrorText(printParseErrorCode(first.error))}`,
    );
  }
  if (root.type !== 'object') {
    throw usage(`${source}: expected a JSON object, not ${root.type}`, 'such as {"pendingCount": 12}');
  }
  return readMembers(root, json, source, now, getNodeValue);
}

function readMembers(
  root: Node,
  json: string,
  source: string,
  now: number,
  parsed: (node: Node) => unknown,
): Map<string, SourcedValue> {
  const position = positions(json);
  const errors = new InputErrors();
  const given = new Map<string, SourcedValue>();
  const seen = new Set<string>();
  for (const member of root.children as Node[]) {
    const [key, node] = member.children as [Node, Node];
    const name = String(key.value);
    const where = `${source} at ${position(key.offset)}`;
    if (seen.has(name)) errors.add(`${where}: ${JSON.stringify(name)} is given twice`);
    seen.add(name);
    if (name.includes('@odata.')) {
      checkAnnotation(name, parsed(node), where, errors);
      continue;
    }
    const property = propertyNamed(name);
    if (property === undefined) {
      errors.add(`${where}: unknown property ${JSON.stringify(name)}`, `the properties are ${names()}`);
      continue;
    }
    const literal = json.slice(node.offset, node.offset + node.length);
    const value = errors.collect(() =>
      readJsonValue(property, parsed(node), literal, `${where}: ${name}`, now),
    );
    if (value !== undefined) given.set(name, { value, source: where });
  }
  errors.throwIfAny();
  return given;
}

function checkAnnotation(name: string, value: unknown, where: string, errors: InputErrors): void {
  if (name !== '@odata.type') return;
  const type = typeof value === 'string' ? `#${value.replace(/^#/, '')}` : undefined;
  if (type !== OVERVIEW_TYPE) {
    errors.add(`${where}: "@odata.type" is ${JSON.stringify(value)}, expected ${OVERVIEW_TYPE}`);
  }
}

function names(): string {
  return PROPERTIES.map((row) => row.name).join(', ');
}

/** Line and column of an offset in a text. Offsets must be ascending, so that each line is counted once. */
function positions(text: string): (offset: number) => string {
  const breaks = /\r\n|\r|\n/g;
  let line = 1;
  let start = 0;
  let next = breaks.exec(text);
  return (offset) => {
    while (next !== null && next.index < offset) {
      line += 1;
      start = next.index + next[0].length;
      next = breaks.exec(text);
    }
    return `line ${line}, column ${offset - start + 1}`;
  };
}

/** An error code of the JSON parser as text: `CommaExpected` → `comma expected`. */
export function parseErrorText(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
