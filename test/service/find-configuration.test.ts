import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import { findByName, findOne, notAllFound } from '../../src/service/find-configuration.ts';
import { pageAt, problem, type Received, type Reply } from '../support/answers.ts';
import { type FakeGraph, failureOf, startGraph } from '../support/fake-graph.ts';

const LIST = '/deviceManagement/deviceConfigurations?$select=id,displayName';

/** A request for the configurations with one name. */
const filterOf = (name: string): string => `GET ${LIST}&$filter=displayName%20eq%20%27${name}%27`;
const PAGE = `GET ${LIST}&$top=1000`;

interface Service {
  /** The names on each page; ids are `c` and a number. */
  readonly pages: readonly (readonly string[])[];
  /** How a filter is applied; `honoured` ignores letter case, as in Intune. */
  readonly filter?: 'honoured' | 'exact' | 'ignored' | Reply;
}

/** A service with these configurations. */
async function serviceWith({ pages, filter = 'honoured' }: Service): Promise<FakeGraph> {
  let number = 0;
  const items = pages.map((names) => names.map((displayName) => ({ id: `c${number++}`, displayName })));
  const graph: FakeGraph = await startGraph(({ path }: Received) => {
    const [, wanted] = /filter=displayName%20eq%20%27(.*)%27$/.exec(path) ?? [];
    if (wanted === undefined || filter === 'ignored') return pageAt(items, path, graph);
    if (typeof filter === 'object') return filter;
    const names = decodeURIComponent(wanted)
      .split("' or displayName eq '")
      .map((name) => name.replaceAll("''", "'"));
    const same = (displayName: string, name: string): boolean =>
      filter === 'exact' ? displayName === name : displayName.toLowerCase() === name.toLowerCase();
    const found = items.flat().filter(({ displayName }) => names.some((name) => same(displayName, name)));
    return { body: { value: found } };
  });
  return graph;
}

const whole = (name: string) => ({ name, beginning: false });

describe('a single name is found with $filter', () => {
  test('with one request', async () => {
    const graph = await serviceWith({ pages: [['A', 'VPN'], ['B']] });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'VPN' });
    expect(graph.lines).toEqual([filterOf('VPN')]);
  });

  test.each([
    ["it's", 'it%27%27s', "it's"],
    ['a+b & c=d#e', 'a%2Bb%20%26%20c%3Dd%23e', 'a+b & c=d#e'],
    ['100%', '100%25', '100%'],
    ['a "b" \\ c', 'a%20%22b%22%20%5C%20c', 'a "b" \\ c'],
    ['G 😀', 'G%20%F0%9F%98%80', 'G 😀'],
    ["' or id ne '", '%27%27%20or%20id%20ne%20%27%27', "' or id ne '"],
  ])('with %j escaped', async (name, sent, stored) => {
    const graph = await serviceWith({ pages: [['A', stored]] });
    expect(await findOne(whole(name), graph)).toEqual({ id: 'c1', displayName: stored });
    expect(graph.lines).toEqual([filterOf(sent)]);
  });

  test.each(['Ger\u00e4t', 'Gera\u0308t'])('with %j in both Unicode forms', async (name) => {
    for (const stored of ['Ger\u00e4t', 'Gera\u0308t']) {
      const graph = await serviceWith({ pages: [['A', stored]], filter: 'exact' });
      expect(await findOne(whole(name), graph)).toEqual({ id: 'c1', displayName: stored });
      expect(graph.lines).toEqual([filterOf('Ger%C3%A4t%27%20or%20displayName%20eq%20%27Gera%CC%88t')]);
    }
  });

  test.each(['Ger\u00e4t', 'Gera\u0308t'])(
    'which finds two configurations with %j in both forms',
    async (name) => {
      const graph = await serviceWith({ pages: [['Ger\u00e4t', 'A', 'Gera\u0308t']], filter: 'exact' });
      expect(await failureOf(findOne(whole(name), graph))).toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/^2 configurations are named .*\n.* c0\n.* c2$/),
      });
    },
  );

  test('with an exact match preferred to another letter case', async () => {
    const graph = await serviceWith({ pages: [['vpn', 'VPN', 'Vpn']] });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'VPN' });
    expect(graph.lines).toHaveLength(1);
  });

  test('or by pages if the service is case-sensitive', async () => {
    const graph = await serviceWith({ pages: [['A'], ['vpn']], filter: 'exact' });
    expect(await findOne(whole('VPN'), graph)).toEqual({ id: 'c1', displayName: 'vpn' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `${PAGE}&page=1`]);
  });

  test('or in the answer of a service that ignores $filter', async () => {
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

  test('with an error for several on different pages of such a service', async () => {
    const graph = await serviceWith({
      pages: [
        ['VPN', 'B'],
        ['VPN', 'C'],
      ],
      filter: 'ignored',
    });
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({ kind: 'usage' });
  });

  test('or by pages with an error for several in another letter case', async () => {
    const graph = await serviceWith({ pages: [['vpn', 'Vpn']], filter: 'exact' });
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({
      kind: 'usage',
      message: '2 configurations are named "VPN":\n- "vpn" c0\n- "Vpn" c1',
    });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE]);
  });

  test.each([400, 405, 500, 501, 504])('or by pages if the service answers %i', async (status) => {
    const graph = await serviceWith({ pages: [['A'], ['VPN']], filter: problem(status) });
    expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c1' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `${PAGE}&page=1`]);
  });

  test.each([
    [401, 'sign-in'],
    [403, 'permission'],
    [429, 'throttled'],
  ])('with an error if the service answers %i', async (status, kind) => {
    const graph = await serviceWith({ pages: [['VPN']], filter: problem(status) });
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({ kind });
    expect(graph.lines).toHaveLength(1);
  });

  test('with an error if the pages are rejected, without smaller pages', async () => {
    const graph = await startGraph(({ path }) => problem(path.includes('$filter') ? 400 : 403));
    expect(await failureOf(findOne(whole('VPN'), graph))).toMatchObject({ kind: 'permission' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE]);
  });

  test('or by pages of the default size if a large page is rejected', async () => {
    const graph = await startGraph(({ path }) =>
      path.endsWith(LIST.slice(-20)) ? { body: { value: [{ id: 'c0', displayName: 'VPN' }] } } : problem(400),
    );
    expect(await findOne(whole('VPN'), graph)).toMatchObject({ id: 'c0' });
    expect(graph.lines).toEqual([filterOf('VPN'), PAGE, `GET ${LIST}`]);
  });

  test.each([503, 504])('with a retry after %i', async (status) => {
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

  test('of a thousand characters', async () => {
    const name = 'x'.repeat(1_000);
    const graph = await serviceWith({ pages: [[name]] });
    expect(await findOne(whole(name), graph)).toMatchObject({ id: 'c0' });
    expect(graph.lines).toEqual([filterOf(name)]);
  });

  test('but not if the name is very long', async () => {
    const graph = await serviceWith({ pages: [['A']] });
    expect(await failureOf(findOne(whole('x'.repeat(1_001)), graph))).toMatchObject({ kind: 'not-found' });
    expect(graph.lines).toEqual([PAGE]);
  });
});

describe('the beginning of a name', () => {
  const pages = [['Always On VPN', 'Contoso VPN', 'contoso Wi-Fi', 'Contoso']];
  test.each([
    ['always', 'c0'],
    ['CONTOSO W', 'c2'],
    // A complete name takes precedence over those that begin with it.
    ['contoso', 'c3'],
    ['c1', 'c1'],
  ])('%j matches only %s', async (name, id) => {
    const graph = await serviceWith({ pages });
    expect(await findOne({ name, beginning: true }, graph)).toMatchObject({ id });
  });

  test('that matches several is an error that lists them', async () => {
    const graph = await serviceWith({ pages });
    expect(await failureOf(findOne({ name: 'contoso ', beginning: true }, graph))).toMatchObject({
      kind: 'usage',
      message:
        '2 configurations have a name or an id that begins with "contoso ":\n- "Contoso VPN" c1\n- "contoso Wi-Fi" c2',
      details: { hint: 'name one of them by its id', listed: true },
    });
  });

  test('is not accepted if a complete name is required', async () => {
    const graph = await serviceWith({ pages });
    expect(await failureOf(findOne(whole('always'), graph))).toMatchObject({
      kind: 'not-found',
      message: 'no configuration is named "always"',
      details: { hint: 'did you mean "Always On VPN"? `graph-overview list` lists all names' },
    });
  });
});

test('a configuration without a name is found by the beginning of its id', async () => {
  const graph = await startGraph(({ path }) => ({
    body: { value: path.includes('$filter') ? [] : [{ id: 'c1x', displayName: null }] },
  }));
  expect(await findOne({ name: 'c1', beginning: true }, graph)).toEqual({ id: 'c1x', displayName: '' });
});

test('all of ten configurations with the same name are listed', async () => {
  const graph = await serviceWith({ pages: [Array.from({ length: 10 }, () => 'VPN')] });
  const { message } = (await failureOf(findOne(whole('VPN'), graph))) as Failure;
  expect(message.split('\n').slice(1)).toEqual(Array.from({ length: 10 }, (_, index) => `- "VPN" c${index}`));
});

test('ten of many configurations with the same name are listed', async () => {
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
])('no configuration is named %j', async (name, hint) => {
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

test('a name that was damaged by a code page is reported with the probable name', async () => {
  const graph = await serviceWith({ pages: [['Gerät', 'Kiosk']] });
  expect(await failureOf(findOne(whole('Ger?t'), graph))).toMatchObject({
    kind: 'not-found',
    message: 'no configuration is named "Ger?t": a code page may have damaged "Gerät" (c0) to it',
    details: {
      hint: 'a spreadsheet or a pipe replaced letters by ?: save the file as UTF-8, or give the id',
    },
  });
});

test('ten of the names that a code page may have damaged are listed', async () => {
  const vowels = [...'ÀÁÂÃÄÅÆÈÉÊË'];
  const graph = await serviceWith({ pages: [vowels] });
  expect(await failureOf(findOne(whole('?'), graph))).toMatchObject({
    message: `no configuration is named "?": a code page may have damaged ${vowels
      .slice(0, 10)
      .map((name, index) => `"${name}" (c${index})`)
      .join(' or ')} to it`,
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

  test('are found one by one if there are more pages than names', async () => {
    const graph = await serviceWith({ pages: [['A'], ['B'], ['C'], ['D'], ['E'], ['F']] });
    expect(await findByName(['A', 'E'].map(whole), graph)).toMatchObject([
      { found: { id: 'c0' } },
      { found: { id: 'c4' } },
    ]);
    // After the third page there are more pages than names, and the fourth is already requested.
    const read = [PAGE, ...[1, 2, 3].map((page) => `${PAGE}&page=${page}`)];
    expect(graph.lines).toEqual([...read, filterOf('A'), filterOf('E')]);
  });

  test('are no longer filtered after the service has ignored $filter', async () => {
    const graph = await serviceWith({
      pages: [['A', 'B'], ['C'], ['D'], ['E']],
      filter: 'ignored',
    });
    expect(await findByName(['A', 'B', 'C'].map(whole), graph)).toMatchObject([
      { found: { id: 'c0' } },
      { found: { id: 'c1' } },
      { found: { id: 'c2' } },
    ]);
    const read = (first: string) => [first, ...[1, 2, 3].map((page) => `${first}&page=${page}`)];
    expect(graph.lines).toEqual([...read(PAGE), ...read(filterOf('A')), ...read(PAGE)]);
  });

  test('are read once if the service refuses $filter', async () => {
    const graph = await serviceWith({ pages: [['A'], ['B'], ['C']], filter: problem(400) });
    expect(await findByName(['A', 'B'].map(whole), graph)).toMatchObject([
      { found: { id: 'c0' } },
      { found: { id: 'c1' } },
    ]);
    const read = [PAGE, `${PAGE}&page=1`, `${PAGE}&page=2`];
    expect(graph.lines).toEqual([...read, filterOf('A'), ...read]);
  });

  test('of which there is only one is found with $filter', async () => {
    const graph = await serviceWith({ pages: [['A']] });
    expect(await findByName([whole('A')], graph)).toEqual([{ found: { id: 'c0', displayName: 'A' } }]);
    expect(graph.lines).toEqual([filterOf('A')]);
  });

  test('count a configuration on two pages once', async () => {
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

describe('the failure of several names', () => {
  const missing = new Failure('not-found', 'no A', { hint: 'try B' });
  const twice = new Failure('usage', 'two B');

  test('is that of one name', () => expect(notAllFound([missing])).toBe(missing));

  test.each([
    [[missing, missing], 'not-found', ['no A (try B)', 'no A (try B)']],
    [[missing, twice], 'usage', ['no A (try B)', 'two B']],
    [[twice, twice, twice], 'usage', ['two B', 'two B', 'two B']],
  ])('has each with its hint: %#', (failures, kind, errors) => {
    const failure = notAllFound(failures);
    expect(failure).toMatchObject({
      kind,
      message: `${errors.length} errors:\n- ${errors.join('\n- ')}`,
    });
    expect(failure.details).toEqual({ errors, listed: true });
  });
});
