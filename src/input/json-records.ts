import type { Node, ParseError } from 'jsonc-parser';
import { parseErrorText } from '../overview/body.ts';
import { MAX_DEPTH } from '../text/json-depth.ts';
import { type JsonPiece, jsonValues } from './json-values.ts';
import { MAX_COLUMNS, type RawCell, type RawRecord } from './raw-record.ts';

type Parser = typeof import('jsonc-parser');
type Value = Extract<JsonPiece, { readonly text: string }>;

/** A member of an object. */
interface Member {
  readonly name: string;
  readonly cell: RawCell;
  readonly node: Node;
}

/**
 * Reads JSON as a stream: objects in a list, concatenated, or one per line.
 * @param text with line feeds only
 */
export async function* readJson(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  const parser = await import('jsonc-parser');
  for await (const piece of jsonValues(text)) {
    yield 'problem' in piece ? { cells: new Map(), ...piece } : recordOf(piece, parser);
  }
}

function recordOf(piece: Value, parser: Parser): RawRecord {
  const { line, text, deep, cut } = piece;
  const invalid = (problem: string, more: Partial<RawRecord> = {}): RawRecord => ({
    line,
    cells: new Map(),
    problem,
    ...more,
  });
  if (deep) return invalid(`the JSON is nested deeper than ${MAX_DEPTH} levels`);
  const errors: ParseError[] = [];
  // Without errors there is a value, and each member of an object has a name and a value.
  const root = parser.parseTree(text, errors, { disallowComments: true, allowTrailingComma: false }) as Node;
  const [first] = errors;
  if (first !== undefined)
    return invalid(`malformed JSON: ${parseErrorText(parser.printParseErrorCode(first.error))}`, {
      line: line + breaksIn(text.slice(0, first.offset)),
      ...(cut ? { hint: 'the file may be truncated here: download it again' } : {}),
    });
  if (root.type !== 'object') return invalid('expected a JSON object');
  const given = membersOf(root, piece, parser);
  const members = flatMembers(given, piece, parser);
  if (typeof members === 'string') return invalid(members);
  if (members.length > MAX_COLUMNS) return invalid(`has more than ${MAX_COLUMNS} members`);
  // JSON.parse would silently use the last one.
  const twice = nameTwiceIn(given) ?? nameTwiceIn(members);
  if (twice !== undefined) return invalid(`duplicate member ${JSON.stringify(twice)}`);
  return { line, cells: new Map(members.map(({ name, cell }) => [name, cell])) };
}

function nameTwiceIn(members: readonly Member[]): string | undefined {
  const names = new Set<string>();
  return members.find(({ name }) => names.size === names.add(name).size)?.name;
}

/**
 * A record of `list` has its overview as an object, or an error in its place. The properties of the overview become
 * members of the record, except its id, which is `overviewId` in a bulk file. An error is ignored.
 * @returns a message if the overview is not an object
 */
function flatMembers(members: readonly Member[], piece: Value, parser: Parser): readonly Member[] | string {
  const overview = members.find(({ name }) => name === 'overview');
  const others = members.filter((member) => member !== overview);
  // `error` with a number is a count.
  if (overview === undefined || overview.node.type === 'null')
    return others.filter(({ name, node }) => name !== 'error' || node.type !== 'object');
  if (overview.node.type !== 'object') return 'overview must be an object';
  const inner = membersOf(overview.node, piece, parser);
  return [...others, ...inner.filter(({ name }) => name !== 'id' && !name.startsWith('@odata.'))];
}

function membersOf({ children = [] }: Node, { line, text }: Value, parser: Parser): Member[] {
  let at = line;
  let counted = 0;
  return children.map(({ children: [key, node] = [] }) => {
    const { offset, length } = node as Node;
    at += breaksIn(text.slice(counted, offset));
    counted = offset;
    const value: unknown = parser.getNodeValue(node as Node);
    const literal = text.slice(offset, offset + length);
    const cell: RawCell = at === line ? { value, literal } : { value, literal, line: at };
    return { name: String((key as Node).value), cell, node: node as Node };
  });
}

function breaksIn(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks += 1;
  return breaks;
}
