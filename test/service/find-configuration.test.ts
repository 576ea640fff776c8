import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/outcome/errors.ts';
import { findByName, findOne } from '../../src/service/find-configuration.ts';
import { type Asked, pageAt, problem, type Reply } from '../support/answers.ts';
import { type FakeGraph, failureOf, startGraph } from '../support/fake-graph.ts';

const LIST = '/deviceManagement/deviceConfigurations?$select=id,displayName';

/** A request for the configurations with one name. */
const filterOf = (name: string): string => `GET ${LIST}&$filter=displayName%20eq%20%27${name}%27`;
const PAGE = `GET ${LIST}&$top=1000`;

interface Service {
  /** Names by page; the id of each is `c` and its number. */
  readonly pages: readonly (readonly string[])[];
  /** What becomes of a filter: case does not matter where it is honoured, as with Intune. */
  readonly filter?: 'honoured' | 'exact' | 'ignored' | Reply;
}

/** A service with these configurations. */
async function serviceWith({ pages, filter = 'honoured' }: Service): Promise<FakeGraph> {
  let number = 0;
  const items = pages.map((names) => names.map((displayName) => ({ id: `c${number++}`, displayName })));
  const graph: FakeGraph = await startGraph(({ path }: Asked) => {
    const wanted = /displayName%20eq%20%27(.*)%27$/.exec(path)?.[1];
    if (wanted === undefined || filter === 'ignored') return pageAt(items, path, graph);
    if (typeof filter === 'object') return filter;
    const name = decodeURIComponent(wanted).replaceAll("''", "'");
    const same = (displayName: string): boolean =>
      filter === 'exact' ? displayName === name : displayName.toLowerCase() === name.toLowerCase();
    return { body: { value: items.flat().filter(({ displayName }) => same(displayName)) } };
  });
  return graph;
}

const whole = (name: string) => ({ name, beginning: false });

describe('one name is asked for with $filter', () => {
  test('and nothing else is', async () => {
    const graph = await serviceWith({ pages: [['A', 'VPN'], ['B']] });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'VPN' });
    expect(graph.lines).toEqual([filterOf('VPN')]);
  });

  test.each([
    ["it's", 'it%27%27s', "it's"],
    ['a+b & c=d#e', 'a%2Bb%20%26%20c%3Dd%23e', 'a+b & c=d#e'],
    ['100%', '100%25', '100%'],
    ['a "b" \\ c', 'a%20%22b%22%20%5C%20c', 'a "b" \\ c'],
    ['Ger\u00e4t 😀', 'Ger%C3%A4t%20%F0%9F%98%80', 'Ger\u00e4t 😀'],
    // Letters with marks are sent as one character.
    ['Gera\u0308t', 'Ger%C3%A4t', 'Ger\u00e4t'],
    ["' or id ne '", '%27%27%20or%20id%20ne%20%27%27', "' or id ne '"],
  ])('%j is escaped', async (name, sent, held) => {
    const graph = await serviceWith({ pages: [['A', held]] });
    expect(await findOne(whole(name), graph)).toEqual({ id: 'c1', displayName: held });
    expect(graph.lines).toEqual([filterOf(sent)]);
  });

  test('an exact match wins over another letter case', async () => {
    const graph = await serviceWith({ pages: [['vpn', 'VPN', 'Vpn']] });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'VPN' });
    expect(graph.lines).toHaveLength(1);
  });

  test('a letter case that a service minds is found by pages', async () => {
    const graph = await serviceWith({ pages: [['A'], ['vpn']], filter: 'exact' });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'vpn' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `${PAGE}&page=1`]);
  });

  test('so is a name that the service holds with separate marks', async () => {
    const graph = await serviceWith({ pages: [['Gera\u0308t']], filter: 'exact' });
    expect(await findOne(whole('Ger\u00e4t'), graph)).toMatchObject({ id: 'c0' });
    expect(graph.lines).toHaveLength(2);
  });

  test('what a service answers that ignores it is looked through', async () => {
    const graph = await serviceWith({
      pages: [
        ['A', 'B'],
        ['VPN', 'C'],
      ],
      filter: 'ignored',
    });
    expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c2' });
    expect(graph.lines).toHaveLength(2);
  });

  test('several on different pages of such a service are several', async () => {
    const graph = await serviceWith({
      pages: [
        ['VPN', 'B'],
        ['VPN', 'C'],
      ],
      filter: 'ignored',
    });
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({ kind: 'usage' });
  });

  test.each([400, 405, 500, 501, 504])(
    'a service that answers it with %i is read by pages',
    async (status) => {
      const graph = await serviceWith({ pages: [['A'], ['VPN']], filter: problem(status) });
      expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c1' });
      expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `${PAGE}&page=1`]);
    },
  );

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
    [429, 'throttled'],
  ])('a refusal with %i is no answer about the name', async (status, kind) => {
    const graph = await serviceWith({ pages: [['VPN']], filter: problem(status) });
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({ kind });
    expect(graph.lines).toHaveLength(1);
  });

  test('a service that refuses so large a page is read in its own', async () => {
    const graph = await startGraph(({ path }) =>
      path.endsWith(LIST.slice(-20)) ? { body: { value: [{ id: 'c0', displayName: 'VPN' }] } } : problem(400),
    );
    expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c0' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `GET ${LIST}`]);
  });

  test.each([503, 504])('what fails for the moment is asked for again: %i', async (status) => {
    let failed = false;
    const graph = await startGraph(
      ({ path }) => {
        if (path.includes('$filter')) return problem(400);
        if (failed) return { body: { value: [{ id: 'c0', displayName: 'VPN' }] } };
        failed = true;
        return problem(status);
      },
      { retries: 5 },
    );
    expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c0' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, PAGE]);
  });

  test('a very long name is not put into a URL', async () => {
    const graph = await serviceWith({ pages: [['A']] });
    expect(await failureOf(findOne(whole('x'.repeat(1_001)), graph))).toMatchObject({ kind: 'not-found' });
    expect(graph.lines).toEqual([PAGE]);
  });
});

describe('a beginning', () => {
  const pages = [['Always On VPN', 'Contoso VPN', 'contoso Wi-Fi', 'Contoso']];
  test.each([
    ['always', 'c0'],
    ['CONTOSO W', 'c2'],
    // A whole name wins over those that begin with it.
    ['contoso', 'c3'],
    ['c1', 'c1'],
  ])('%j fits %s alone', async (name, id) => {
    const graph = await serviceWith({ pages });
    expect(await findOne({ name, beginning: true }, graph)).toMatchObject({ id });
  });

  test('that fits several is answered with them', async () => {
    const graph = await serviceWith({ pages });
    expect(await failureOf(findOne({ name: 'contoso ', beginning: true }, graph))).toMatchObject({
      kind: 'usage',
      message:
        '2 configurations have a name or an id that begins with "contoso ":\n- "Contoso VPN" c1\n- "contoso Wi-Fi" c2',
      details: { hint: 'name one of them by its id', listed: true },
    });
  });

  test('does not do where the whole name is needed', async () => {
    const graph = await serviceWith({ pages });
    expect(await failureOf(findOne(whole('always'), graph))).toMatchObject({
      kind: 'not-found',
      message: 'no configuration is named "always"',
      details: { hint: 'did you mean "Always On VPN"? `graph-overview list` lists all names' },
    });
  });
});

test('of many that are named alike ten are listed', async () => {
  const graph = await serviceWith({ pages: [Array.from({ length: 13 }, () => 'VPN')] });
  const { message } = (await failureOf(findOne(whole('VPN'), graph))) as Failure;
  const lines = message.split('\n');
  expect(lines[0]).toBe('13 configurations are named "VPN":');
  expect(lines.slice(1, 11)).toEqual(Array.from({ length: 10 }, (_, index) => `- "VPN" c${index}`));
  expect(lines.slice(11)).toEqual(['and 3 more']);
});

test.each([
  ['Alwys On VPN', 'did you mean "Always On VPN"? `graph-overview list` lists all names'],
  ['VPN', 'did you mean "VPN (old)" or "Always On VPN"? `graph-overview list` lists all names'],
  ['nothing like it', '`graph-overview list` lists all names'],
])('%j is named by none', async (name, hint) => {
  const graph = await serviceWith({ pages: [['Always On VPN', 'Kiosk', 'VPN (old)']] });
  expect(await failureOf(findOne({ name, beginning: false }, graph))).toMatchObject({
    kind: 'not-found',
    message: `no configuration is named ${JSON.stringify(name)}`,
    details: { hint },
  });
});

test('a tenant without configurations has no names', async () => {
  const graph = await serviceWith({ pages: [[]] });
  expect(await failureOf(findOne({ name: 'x', beginning: true }, graph))).toMatchObject({
    kind: 'not-found',
    message: 'no configuration is named "x", and no name or id begins with it',
  });
});

test('a name that a code page damaged is said with what it stands for', async () => {
  const graph = await serviceWith({ pages: [['Gerät', 'Kiosk']] });
  expect(await failureOf(findOne(whole('Ger?t'), graph))).toMatchObject({
    kind: 'not-found',
    message: 'no configuration is named "Ger?t": a code page may have damaged "Gerät" (c0) to it',
    details: {
      hint: 'a spreadsheet or a pipe replaced letters by ?: save the file as UTF-8, or give the id',
    },
  });
});

describe('several names', () => {
  const wanted = ['A', 'b', 'X', 'twice'].map(whole);

  test('are found by pages of the whole tenant', async () => {
    const graph = await serviceWith({ pages: [['A', 'B', 'twice', 'twice']] });
    const findings = await findByName(wanted, graph);
    expect(findings).toMatchObject([
      { found: { id: 'c0' } },
      { found: { id: 'c1' } },
      { failure: { kind: 'not-found' } },
      { failure: { kind: 'usage' } },
    ]);
    expect(graph.lines).toEqual([PAGE]);
  });

  test('one by one, where there are more pages than names', async () => {
    const graph = await serviceWith({ pages: [['A'], ['B'], ['C'], ['D'], ['E'], ['F']] });
    expect(await findByName(['A', 'E'].map(whole), graph)).toMatchObject([
      { found: { id: 'c0' } },
      { found: { id: 'c4' } },
    ]);
    // The third page says that there are more than names, and the fourth is under way by then.
    const read = [PAGE, ...[1, 2, 3].map((page) => `${PAGE}&page=${page}`)];
    expect(graph.lines).toEqual([...read, filterOf('A'), filterOf('E')]);
  });

  test('a configuration that comes on two pages is one', async () => {
    const graph = await startGraph(({ path }) =>
      pageAt(
        [[{ id: 'c0', displayName: 'A' }], [{ id: 'C0', displayName: 'A' }, { id: 'c1' }, null, {}]],
        path,
        graph,
      ),
    );
    expect(await findByName(['A', 'B'].map(whole), graph)).toMatchObject([
      { found: { displayName: 'A' } },
      { failure: { kind: 'not-found' } },
    ]);
  });
});

test('a name that is too long to be one is truncated in the message', async () => {
  const graph = await serviceWith({ pages: [['Kiosk']] });
  const name = 'a'.repeat(100_000);
  expect(await failureOf(findOne({ name, beginning: false }, graph))).toMatchObject({
    message: `no configuration is named ${JSON.stringify(`${'a'.repeat(500)}…`)}`,
  });
});
