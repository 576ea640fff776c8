import type { Node, ParseError } from 'jsonc-parser';
import { OVERVIEW_TYPE, PROPERTIES } from '../catalog/properties.ts';
import { InputErrors, usage } from '../outcome/errors.ts';
import { isTooDeep } from '../text/json-depth.ts';
import type { Given } from './payload.ts';
import { propertyNamed } from './payload.ts';
import { readJsonValue } from './value.ts';

/** Deeper JSON than this is no overview; the limit also keeps the parser's recursion small. */
const MAX_DEPTH = 32;

/**
 * Reads the JSON object of `--body`. Members that Graph adds to what it returns (`@odata.context` and the like) are
 * dropped, so that what `get -o json` prints is a valid body.
 * @param source how messages name it: `--body`
 * @param now what the value `now` stands for, in milliseconds since the epoch
 * @returns the properties by Graph's name, with where each was given
 * @throws a `usage` Failure that holds every fault: malformed JSON with line and column, unknown properties,
 *   properties given twice, values that are not allowed
 */
export async function readBody(text: string, source: string, now: number): Promise<Map<string, Given>> {
  const { parseTree, printParseErrorCode, getNodeValue } = await import('jsonc-parser');
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (json.trim() === '') throw usage(`${source}: the body is empty`, 'give a JSON object');
  if (isTooDeep(json, MAX_DEPTH))
    throw usage(`${source}: the JSON is nested deeper than ${MAX_DEPTH} levels`);
  const errors: ParseError[] = [];
  // Where it finds no fault, there is a value, and each member of an object has a name and a value.
  const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false }) as Node;
  const [first] = errors;
  if (first !== undefined) {
    throw usage(
      `${source}: malformed JSON at ${places(json)(first.offset)}: ${words(printParseErrorCode(first.error))}`,
    );
  }
  if (root.type !== 'object') {
    throw usage(`${source}: a JSON object is needed, not ${root.type}`, 'such as {"pendingCount": 12}');
  }
  return readMembers(root, json, source, now, getNodeValue);
}

function readMembers(
  root: Node,
  json: string,
  source: string,
  now: number,
  parsed: (node: Node) => unknown,
): Map<string, Given> {
  const place = places(json);
  const errors = new InputErrors();
  const given = new Map<string, Given>();
  const seen = new Set<string>();
  for (const member of root.children as Node[]) {
    const [key, node] = member.children as [Node, Node];
    const name = String(key.value);
    const where = `${source} at ${place(key.offset)}`;
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
    errors.add(`${where}: "@odata.type" is ${JSON.stringify(value)}, but an overview is ${OVERVIEW_TYPE}`);
  }
}

function names(): string {
  return PROPERTIES.map((row) => row.name).join(', ');
}

/** Words for places in a text, asked for from its beginning to its end: each line is counted once. */
function places(text: string): (offset: number) => string {
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

/** An error of the JSON parser in words: `CommaExpected` → `comma expected`. */
export function words(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
