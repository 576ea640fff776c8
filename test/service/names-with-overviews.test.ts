import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { readByBatches, readMany } from '../../src/service/read-many.ts';
import {
  idIn,
  isNamed,
  itemsOf,
  type PageOfItems,
  pageAt,
  placeOf,
  problem,
  type Received,
  type Reply,
  withBatches,
} from '../support/answers.ts';
import { type FakeGraph, failureOf, type GraphSettings, startGraph } from '../support/fake-graph.ts';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';

interface Found {
  readonly read: Overview | Failure;
  readonly name: string | undefined;
}

/** A service whose configurations are named after their ids; `instead` can return another answer. */
function startNamed(
  instead: (received: Received) => Reply | undefined = () => undefined,
  settings: GraphSettings = {},
): Promise<FakeGraph> {
  return startGraph(
    withBatches((received) => {
      const id = idIn(received.path);
      const special = instead(received);
      if (special !== undefined) return special;
      if (received.path.startsWith(`${CONFIGURATIONS}?`)) return undefined;
      const overview = { id: `o-${id}`, pendingCount: 1 };
      return {
        body: isNamed(received.path)
          ? { id, displayName: `name ${id}`, deviceStatusOverview: overview }
          : overview,
      };
    }),
    settings,
  );
}

async function readNamed(graph: FakeGraph, ids: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  await readByBatches(
    ids.map((id) => placeOf(id)),
    graph,
    (index, read, name) => {
      expect(found[index]).toBeUndefined();
      found[index] = { read, name };
    },
    () => true,
  );
  return found;
}

const whole = (id: string) => ({ read: { id: `o-${id}`, pendingCount: 1 }, name: `name ${id}` });
const nameless = (id: string) => ({ ...whole(id), name: undefined });

describe('a name is read with the overview', () => {
  test('for one overview in one request', async () => {
    const graph = await startNamed();
    expect(await readNamed(graph, ['a'])).toEqual([whole('a')]);
    expect(graph.lines).toEqual([
      `GET ${CONFIGURATIONS}/a?$select=id,displayName&$expand=deviceStatusOverview`,
    ]);
  });

  test('for several in one batch', async () => {
    const graph = await startNamed();
    expect(await readNamed(graph, ['a', 'b'])).toEqual([whole('a'), whole('b')]);
    expect(graph.lines).toEqual(['POST /$batch']);
  });

  test('but not if it is not requested', async () => {
    const graph = await startNamed();
    await readByBatches([placeOf('a')], graph, () => undefined);
    expect(graph.lines).toEqual([`GET ${CONFIGURATIONS}/a/deviceStatusOverview`]);
  });

  test('and not for another route', async () => {
    const graph = await startNamed();
    await readByBatches(
      [placeOf('a', 'rootCertificate')],
      graph,
      () => undefined,
      () => true,
    );
    expect(graph.lines).toEqual([`GET ${CONFIGURATIONS}/a/rootCertificate/deviceStatusOverview`]);
  });
});

describe('a service that does not expand', () => {
  test.each([400, 405, 501])('receives only requests for overviews after its answer %i', async (status) => {
    const graph = await startNamed(({ path }) => (isNamed(path) ? problem(status) : undefined));
    const ids = Array.from({ length: 150 }, (_, index) => `c${index}`);
    expect(await readNamed(graph, ids)).toEqual(ids.map(nameless));
    const named = graph.requests.filter(
      (received) => received.path === '/$batch' && itemsOf(received).some(({ url }) => isNamed(url)),
    );
    // Batches that were in progress at the time of the first answer.
    expect(named.length).toBeLessThanOrEqual(6);
    expect(graph.events).toEqual(expect.not.arrayContaining([expect.objectContaining({ kind: 'retry' })]));
  });

  test('receives no more requests with $expand after it has ignored one', async () => {
    const graph = await startNamed(({ path }) => (isNamed(path) ? { body: { id: idIn(path) } } : undefined));
    const ids = Array.from({ length: 150 }, (_, index) => `c${index}`);
    expect(await readNamed(graph, ids)).toEqual(ids.map(nameless));
    const named = graph.requests.filter(
      (received) => received.path === '/$batch' && itemsOf(received).some(({ url }) => isNamed(url)),
    );
    expect(named.length).toBeLessThanOrEqual(6);
  });

  test('and then fails is not read a third time', async () => {
    const graph = await startNamed(({ path }) => (isNamed(path) ? { body: { id: 'a' } } : problem(500)));
    expect(await readNamed(graph, ['a'])).toMatchObject([{ read: { kind: 'graph' } }]);
    expect(graph.lines).toHaveLength(2);
  });

  test.each([
    ['before', ['a', 'b']],
    ['after', ['b', 'a']],
  ])('is not reported as retried: %s a transient failure in the batch', async (_, ids) => {
    let failures = 0;
    const graph = await startNamed(
      ({ path }) => {
        if (idIn(path) === 'a') return isNamed(path) ? problem(500) : undefined;
        failures += 1;
        return failures === 1 ? problem(503) : undefined;
      },
      { retries: 5 },
    );
    const found = await readNamed(graph, ids);
    expect(found).toEqual(ids.map((id) => (id === 'a' ? nameless(id) : whole(id))));
    expect(graph.events.filter(({ kind }) => kind === 'retry')).toMatchObject([
      { count: 1, attempt: 2, reason: '503', waitMilliseconds: 500 },
    ]);
  });

  test('is recognized by a missing overview', async () => {
    const graph = await startNamed(({ path }) =>
      isNamed(path) ? { body: { id: 'a', displayName: 'A' } } : undefined,
    );
    expect(await readNamed(graph, ['a'])).toEqual([nameless('a')]);
    expect(graph.lines).toHaveLength(2);
  });

  test.each([500, 504])('for one configuration does not affect the names of others: %i', async (status) => {
    const graph = await startNamed(({ path }) =>
      isNamed(path) && idIn(path) === 'b' ? problem(status) : undefined,
    );
    expect(await readNamed(graph, ['a', 'b', 'c'])).toEqual([whole('a'), nameless('b'), whole('c')]);
  });

  test('for one configuration does not affect the names in later batches', async () => {
    const graph = await startNamed(({ path }) =>
      isNamed(path) && idIn(path) === 'c0' ? problem(500) : undefined,
    );
    const ids = Array.from({ length: 150 }, (_, index) => `c${index}`);
    expect(await readNamed(graph, ids)).toEqual([nameless('c0'), ...ids.slice(1).map(whole)]);
  });

  test('is distinguished from a failure of the overview itself', async () => {
    const graph = await startNamed(({ path }) => (path.includes('/b') ? problem(404) : undefined));
    expect(await readNamed(graph, ['a', 'b'])).toMatchObject([whole('a'), { read: { kind: 'not-found' } }]);
    expect(graph.lines).toEqual(['POST /$batch']);
  });
});

describe('the names of configurations with overviews by other routes', () => {
  const itemOf = (id: string, displayName: unknown = `name ${id}`) => ({
    id,
    displayName,
    deviceStatusOverview: { id: `o-${id}` },
  });
  const page = (ids: readonly string[]) => ({ body: { value: ids.map((id) => itemOf(id)) } });
  /** A service with these pages. */
  const startPages = async (...pages: readonly PageOfItems[]): Promise<FakeGraph> => {
    const graph: FakeGraph = await startNamed(({ path }) =>
      path.includes('$top') ? pageAt(pages, path, graph) : undefined,
    );
    return graph;
  };
  const pagesRead = ({ lines }: FakeGraph) =>
    lines.filter((line) => line.includes('$top')).map((line) => line.split('?')[1]);
  const WITH_OVERVIEWS = '$select=id,displayName&$expand=deviceStatusOverview&$top=1000';
  const NAMES_ONLY = '$select=id,displayName&$top=1000';
  const read = async (graph: FakeGraph, direct: readonly string[], others: readonly string[]) => {
    const places = [
      ...direct.map((id) => placeOf(id)),
      ...others.map((id) => placeOf(id, 'rootCertificate')),
    ];
    const names: (string | undefined)[] = [];
    await readMany(
      places,
      (place) => place,
      graph,
      (index, _, name) => {
        names[index] = name;
      },
      true,
    );
    return names;
  };

  test.each([
    ['are read by pages for more than three', ['e', 'f', 'g', 'h'], 1],
    ['are not read for three', ['e', 'f', 'g'], 0],
  ])('%s', async (_, others, pages) => {
    const graph = await startNamed(({ path }) => (path.includes('$top') ? page(others) : undefined));
    const names = await read(graph, [], others);
    expect(names).toEqual(others.map((id) => (pages === 0 ? undefined : `name ${id}`)));
    expect(graph.lines.filter((line) => line.includes('$top'))).toHaveLength(pages);
  });

  test('are in the pages of the others if these are read', async () => {
    const direct = ['a', 'b', 'c', 'd'];
    const graph = await startNamed(({ path }) =>
      path.includes('$top') ? page([...direct, 'e']) : undefined,
    );
    expect(await read(graph, direct, ['e'])).toEqual([...direct, 'e'].map((id) => `name ${id}`));
    expect(graph.lines.filter((line) => line.includes('$top'))).toHaveLength(1);
  });

  test.each([400, 405, 501])('are in pages without overviews if $expand is rejected: %i', async (status) => {
    const ids = ['a', 'b', 'c', 'd'];
    const graph = await startNamed(({ path }) => {
      if (path.includes('$expand')) return problem(status);
      return path.includes('$top') ? page(ids) : undefined;
    });
    expect(await read(graph, ids, [])).toEqual(ids.map((id) => `name ${id}`));
    expect(graph.lines.map((line) => line.split('?')[1] ?? line)).toEqual([
      '$select=id,displayName&$expand=deviceStatusOverview&$top=1000',
      '$select=id,displayName&$top=1000',
      'POST /$batch',
    ]);
  });

  test('are not read again if they were in the pages of the others', async () => {
    const [direct, others] = [
      ['a', 'b', 'c', 'd'],
      ['e', 'f', 'g', 'h'],
    ];
    const all = [...direct, ...others];
    const graph = await startPages(all.map((id) => itemOf(id)));
    expect(await read(graph, direct, others)).toEqual(all.map((id) => `name ${id}`));
    expect(pagesRead(graph)).toEqual([WITH_OVERVIEWS]);
  });

  test.each([
    ['more than three are missing in the pages of the others', ['e', 'f', 'g', 'h'], [NAMES_ONLY]],
    ['not if three are missing there', ['e', 'f', 'g'], []],
  ])('are read by pages if %s', async (_, others, more) => {
    const direct = ['a', 'b', 'c', 'd'];
    const graph = await startNamed(({ path }) => {
      if (path.includes('$expand') && path.includes('$top')) return page(direct);
      return path.includes('$top') ? page(others) : undefined;
    });
    expect(await read(graph, direct, others)).toEqual([
      ...direct.map((id) => `name ${id}`),
      ...others.map((id) => (more.length === 0 ? undefined : `name ${id}`)),
    ]);
    expect(pagesRead(graph)).toEqual([WITH_OVERVIEWS, ...more]);
  });

  test('are read with the overviews if there are at most three', async () => {
    const graph = await startNamed();
    expect(await read(graph, ['a', 'b', 'c'], [])).toEqual(['name a', 'name b', 'name c']);
    expect(graph.lines).toEqual(['POST /$batch']);
  });

  test('are read with the overviews that are not in the pages', async () => {
    const graph = await startPages(['a', 'b', 'c'].map((id) => itemOf(id)));
    expect(await read(graph, ['a', 'b', 'c', 'd'], [])).toEqual(
      ['a', 'b', 'c', 'd'].map((id) => `name ${id}`),
    );
    expect(graph.lines.at(-1)).toBe(
      `GET ${CONFIGURATIONS}/d?$select=id,displayName&$expand=deviceStatusOverview`,
    );
  });

  test.each<[string, string[][], string[], number]>([
    ['four pages for four names', [[], [], [], ['e', 'f', 'g', 'h']], ['e', 'f', 'g', 'h'], 4],
    ['not five pages for four names', [[], [], [], [], ['e', 'f', 'g', 'h']], [], 4],
    ['two pages if two names remain then', [['e'], ['f'], ['g', 'h']], ['e', 'f'], 2],
    ['one page if no name remains then', [['e', 'f', 'g', 'h'], ['x'], ['y']], ['e', 'f', 'g', 'h'], 1],
  ])('are read by pages as long as these are fewer: %s', async (_, pages, known, count) => {
    const graph = await startPages(...pages.map((ids) => ids.map((id) => itemOf(id))));
    const others = ['e', 'f', 'g', 'h'];
    expect(await read(graph, [], others)).toEqual(
      others.map((id) => (known.includes(id) ? `name ${id}` : undefined)),
    );
    // The next page is requested while one is processed.
    expect(pagesRead(graph)).toHaveLength(Math.min(count + 1, pages.length));
  });

  test.each([
    ['of other routes', [], ['a', 'b', 'c', 'd']],
    ['in the pages of the others', ['a', 'b', 'c', 'd'], []],
  ])('are undefined if they are not strings: %s', async (_, direct, others) => {
    const graph = await startPages(
      ['a', 'b', 'c', 'd'].map((id) => itemOf(id, id === 'b' ? null : undefined)),
    );
    expect(await read(graph, direct, others)).toEqual(['name a', undefined, 'name c', 'name d']);
  });

  test.each<[string, Error]>([
    ['an interruption', new Failure('interrupted', 'interrupted')],
    ['the time limit of the command', new Failure('wait', 'timed out after 3s')],
    ['an unexpected error', new TypeError('unexpected')],
  ])('end with %s', async (_, error) => {
    let tokens = 0;
    const token = async () => {
      tokens += 1;
      if (tokens === 1) throw error;
      return 'token';
    };
    const graph = await startGraph(undefined, { token });
    expect(await failureOf(read(graph, [], ['e', 'f', 'g', 'h']))).toBe(error);
    expect(tokens).toBe(1);
  });

  test('are undefined if they cannot be read', async () => {
    const graph = await startNamed(({ path }) => (path.includes('$top') ? problem(403) : undefined));
    expect(await read(graph, [], ['e', 'f', 'g', 'h'])).toEqual([undefined, undefined, undefined, undefined]);
  });
});
