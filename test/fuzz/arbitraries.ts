import fc from 'fast-check';
import { anyText } from '../support/any-text.ts';

/** Names with a meaning in Graph or JavaScript. */
const NAMES = [
  ...[
    'id',
    'value',
    'responses',
    'status',
    'headers',
    'body',
    'error',
    'message',
    'Message',
    'code',
    'innerError',
  ],
  ...['innererror', 'request-id', 'Retry-After', '@odata.nextLink', '@odata.type', 'displayName', 'requests'],
  ...['deviceStatusOverview', 'pendingCount', 'failedCount', 'configurationVersion', 'lastUpdateDateTime'],
  ...['toString', 'valueOf', '__proto__', 'constructor', 'length', 'then', 'toJSON', 'hasOwnProperty'],
];

const TEXTS = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '1e3',
    '1.5',
    'now',
    '2016-12-31T23:59:30.086867+03:00',
    '2016-02-30T00:00:00Z',
    '\0',
  ],
  ...[
    '#microsoft.graph.deviceConfigurationDeviceOverview',
    '..',
    '/',
    '%2e%2e',
    '=1',
    "'=1",
    '\u202e',
    '\ud800',
  ],
  ...['{"Message":"x - Activity ID: y"}', '{"Message":{}}', '<!doctype html><title>x', 'a'.repeat(5_000)],
];

/** Text of any kind, often one with a meaning. */
export const text = fc.oneof(fc.constantFrom(...TEXTS, ...NAMES), fc.string(), anyText);

/** Any JSON, often with names and values of Graph's answers. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      text,
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(0, 200, 404, 429, 503),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    // Built with JSON.parse, so that `__proto__` is an ordinary member.
    fc
      .array(
        fc.tuple(
          fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: text }),
          tie('value'),
        ),
        { maxLength: 6 },
      )
      .map((members) =>
        JSON.parse(
          `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
        ),
      ),
  ),
})).value;

/** A text with some damage: parts removed, doubled, or replaced by other text, often by one of the words. */
export function damaged(originals: fc.Arbitrary<string>, words: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.nat(3), fc.nat(200)),
    instead: fc.oneof(fc.constant(''), fc.constantFrom(...words), text),
    twice: fc.boolean(),
  });
  return fc.tuple(originals, fc.array(edit, { maxLength: 6 })).map(([original, edits]) =>
    edits.reduce((now, { at, length, instead, twice }) => {
      const start = Math.floor(at * now.length);
      const part = now.slice(start, start + length);
      return now.slice(0, start) + instead + (twice ? part + part : '') + now.slice(start + length);
    }, original),
  );
}

/** A JSON value with some of its members replaced, removed or copied from elsewhere: it is still valid JSON. */
export function twisted(original: unknown): fc.Arbitrary<unknown> {
  const size = nodesOf(original).length;
  const edit = fc.record({
    node: fc.nat(size - 1),
    how: fc.constantFrom('replaced', 'replaced', 'left out', 'moved'),
    by: fc.oneof(json, fc.constantFrom(-1, 1.5, 1e21, '..', '', [], {}, null)),
    from: fc.nat(size - 1),
  });
  return fc.array(edit, { maxLength: 3 }).map((edits) => {
    const copy = { root: structuredClone(original) };
    for (const { node, how, by, from } of edits) {
      const nodes = nodesOf(copy.root);
      const [holder, name] = nodes[node % nodes.length] ?? [];
      if (holder === undefined || name === undefined) continue;
      if (how === 'left out') delete holder[name];
      else holder[name] = how === 'moved' ? structuredClone(valueAt(nodes[from % nodes.length])) : by;
    }
    return copy.root;
  });
}

type Holder = Record<string, unknown>;
type Node = readonly [holder: Holder, name: string];

/** Every member of every object and array in a value. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((name) => [[holder, name] as const, ...nodesOf(holder[name])]);
}

function valueAt(node: Node | undefined): unknown {
  return node?.[0][node[1]];
}
