/** A member of a JSON object: its name, and its value as it is written. */
export interface JsonMember {
  readonly name: string;
  /** Since `1e3` and `1000` are the same once they are read. */
  readonly literal: string;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^\s"[\]{}:,]+/gy;
const SPACE = /\s*/y;

/**
 * The members of an object in their order, those that are there twice included.
 * @param json an object that `JSON.parse` takes
 */
export function* membersOf(json: string): Generator<JsonMember> {
  let depth = 0;
  let name: string | undefined;
  let start = 0;
  for (const { text, at } of tokensOf(json)) {
    if (depth === 1 && name !== undefined && (text === ',' || text === '}')) {
      yield { name, literal: json.slice(start, at).trim() };
      name = undefined;
    } else if (name === undefined && text.startsWith('"')) {
      name = JSON.parse(text) as string;
      start = json.indexOf(':', at + text.length) + 1;
    }
    if (text === '{' || text === '[') depth += 1;
    if (text === '}' || text === ']') depth -= 1;
  }
}

function* tokensOf(json: string): Generator<{ readonly text: string; readonly at: number }> {
  for (let at = 0; at < json.length; ) {
    SPACE.lastIndex = at;
    SPACE.exec(json);
    at = SPACE.lastIndex;
    TOKEN.lastIndex = at;
    const text = TOKEN.exec(json)?.[0];
    if (text === undefined) return;
    yield { text, at };
    at += text.length;
  }
}
