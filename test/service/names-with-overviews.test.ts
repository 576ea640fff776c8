import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import { readByBatches, readMany } from '../../src/service/read-many.ts';
import {
  idIn,
  isNamed,
  itemsOf,
  placeOf,
  problem,
  type Received,
  type Reply,
  withBatches,
} from '../support/answers.ts';
import { type FakeGraph, startGraph } from '../support/fake-graph.ts';

const CONFIGURATIONS = '/deviceManagement/deviceConfigurations';

interface Found {
  readonly read: Overview | Failure;
  readonly name: string | undefined;
}

/** A service whose configurations are named after their ids; `instead` can return another answer. */
function startNamed(
  instead: (received: Received) => Reply | undefined = () => undefined,
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

  test('is distinguished from a failure of the overview itself', async () => {
    const graph = await startNamed(({ path }) => (path.includes('/b') ? problem(404) : undefined));
    expect(await readNamed(graph, ['a', 'b'])).toMatchObject([whole('a'), { read: { kind: 'not-found' } }]);
    expect(graph.lines).toEqual(['POST /$batch']);
  });
});

describe('the names of configurations with overviews by other routes', () => {
  const page = (ids: readonly string[]) => ({
    body: {
      value: ids.map((id) => ({ id, displayName: `name ${id}`, deviceStatusOverview: { id: `o-${id}` } })),
    },
  });
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

  test('are undefined if they cannot be read', async () => {
    const graph = await startNamed(({ path }) => (path.includes('$top') ? problem(403) : undefined));
    expect(await read(graph, [], ['e', 'f', 'g', 'h'])).toEqual([undefined, undefined, undefined, undefined]);
  });
});
