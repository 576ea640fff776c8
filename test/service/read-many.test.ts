import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Overview } from '../../src/overview/difference.ts';
import type { Place } from '../../src/service/overviews.ts';
import { readMany } from '../../src/service/read-many.ts';
import {
  type Answer,
  batchSizes,
  idIn,
  idsUpTo,
  type PageOfItems,
  pageAt,
  placeOf,
  problem,
  type Received,
  withBatches,
} from '../support/answers.ts';
import { type FakeGraph, startGraph } from '../support/fake-graph.ts';

const PAGE =
  'GET /deviceManagement/deviceConfigurations?$select=id,displayName&$expand=deviceStatusOverview&$top=1000';

const BY_PAGE = { pendingCount: 1 };
const ALONE = { pendingCount: 2 };

let opened: FakeGraph;

/** The result for each place; each must be reported once. */
async function read(places: readonly Place[]): Promise<(Overview | Failure | undefined)[]> {
  const found: (Overview | Failure | undefined)[] = places.map(() => undefined);
  await readMany(
    places,
    (place) => place,
    opened,
    (index, overview) => {
      expect(found[index]).toBeUndefined();
      found[index] = overview;
    },
  );
  return found;
}

const readIds = (...ids: string[]) => read(ids.map((id) => placeOf(id)));

/** A service with these pages of the whole tenant; each overview that is read separately is ALONE. */
function withPages(...pages: readonly PageOfItems[]): Answer {
  return withBatches(({ path }: Received) => {
    return path.includes('/deviceStatusOverview') ? { body: ALONE } : pageAt(pages, path, opened);
  });
}

const onPage = (id: unknown, overview: unknown = BY_PAGE) => ({ id, deviceStatusOverview: overview });

describe('reading many overviews', () => {
  test('reads three in a batch', async () => {
    opened = await startGraph(withPages(['c0', 'c1', 'c2'].map((id) => onPage(id))));
    expect(await readIds('c0', 'c1', 'c2')).toEqual([ALONE, ALONE, ALONE]);
    expect(opened.lines).toEqual(['POST /$batch']);
  });

  test('reads four from a page of the whole tenant', async () => {
    opened = await startGraph(withPages(['c3', 'x', 'c1', 'c2', 'c0'].map((id) => onPage(id))));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([BY_PAGE, BY_PAGE, BY_PAGE, BY_PAGE]);
    expect(opened.lines).toEqual([PAGE]);
  });

  test('sends nothing if there is nothing to read', async () => {
    opened = await startGraph();
    expect(await readIds()).toEqual([]);
    expect(opened.lines).toEqual([]);
  });

  test('reads overviews that are on no page, have another route, or are requested twice in a batch', async () => {
    opened = await startGraph(withPages(['c0', 'c1', 'c2'].map((id) => onPage(id))));
    const places = [
      placeOf('c0', 'rootCertificate'),
      ...['c0', 'c1', 'c2', 'c3', 'c0'].map((id) => placeOf(id)),
    ];
    expect(await read(places)).toEqual([ALONE, BY_PAGE, BY_PAGE, BY_PAGE, ALONE, ALONE]);
    expect(opened.lines).toEqual([PAGE, 'POST /$batch']);
  });

  test('does not count other routes and repeated overviews when it decides to read pages', async () => {
    opened = await startGraph(withPages([]));
    await read([...['c0', 'c1', 'c2', 'c2'].map((id) => placeOf(id)), placeOf('c3', 'rootCertificate')]);
    expect(opened.lines).toEqual(['POST /$batch']);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a string', 'c0'],
    ['a number for an id', onPage(0)],
    ['no overview', { id: 'c0' }],
    ['a list for an overview', onPage('c0', [])],
  ])('ignores an item of a page with %s', async (_, item) => {
    opened = await startGraph(withPages([item, ...['c1', 'c2', 'c3'].map((id) => onPage(id))]));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([ALONE, BY_PAGE, BY_PAGE, BY_PAGE]);
  });

  test('reports an overview that is on two pages once', async () => {
    const twice = [onPage('c0'), onPage('c0', { pendingCount: 9 })];
    opened = await startGraph(withPages([...twice, ...['c1', 'c2', 'c3'].map((id) => onPage(id))]));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([BY_PAGE, BY_PAGE, BY_PAGE, BY_PAGE]);
  });

  test('reads pages as long as they are fewer requests than batches', async () => {
    const all = ['c0', 'c1', 'c2', 'c3'].map((id) => onPage(id));
    opened = await startGraph(withPages([], [], [], [], all));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([ALONE, ALONE, ALONE, ALONE]);
    opened = await startGraph(withPages([], [], [], all));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([BY_PAGE, BY_PAGE, BY_PAGE, BY_PAGE]);
    opened = await startGraph(withPages([], all.slice(2), all.slice(0, 2)));
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([ALONE, ALONE, BY_PAGE, BY_PAGE]);
  });

  test.each([400, 405, 500, 501, 504])(
    'reads in a batch if the service rejects $expand with %i',
    async (status) => {
      opened = await startGraph(withPages(problem(status)));
      expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([ALONE, ALONE, ALONE, ALONE]);
      expect(opened.lines).toEqual([PAGE, 'POST /$batch']);
    },
  );

  test.each([401, 403, 404])('ends if the service answers a page with %i', async (status) => {
    opened = await startGraph(withPages(problem(status)));
    const failure = await readIds('c0', 'c1', 'c2', 'c3').catch((error: Failure) => error);
    expect(failure).toMatchObject({ details: { status } });
    expect(opened.lines).toEqual([PAGE]);
  });

  test('ends if a page is not answered', async () => {
    opened = await startGraph(() => 'cut');
    const failure = await readIds('c0', 'c1', 'c2', 'c3').catch((error: Failure) => error);
    expect(failure).toMatchObject({ kind: 'network' });
    expect(opened.lines).toEqual([PAGE]);
  });

  test('ends with an unexpected error', async () => {
    opened = await startGraph(undefined, { token: () => Promise.reject(new TypeError('unexpected')) });
    const failure = await readIds('c0', 'c1', 'c2', 'c3').catch((error: unknown) => error);
    expect(failure).toEqual(new TypeError('unexpected'));
  });

  test('waits for the quota before each page', async () => {
    const limit = { writes: 1, requests: 1, window: 1_000 };
    const all = ['c0', 'c1', 'c2', 'c3'].map((id) => onPage(id));
    opened = await startGraph(withPages([], [], all), { limit });
    expect(await readIds('c0', 'c1', 'c2', 'c3')).toEqual([BY_PAGE, BY_PAGE, BY_PAGE, BY_PAGE]);
    expect(opened.sleeps).toEqual([1_000, 1_000]);
  });

  test('reports the result of each place', async () => {
    const service = withBatches(({ path }) =>
      idIn(path) === 'c1' ? problem(404) : { body: { id: idIn(path) } },
    );
    opened = await startGraph(service);
    const [first, second, third] = await readIds(...idsUpTo(3));
    expect([first, third]).toEqual([{ id: 'c0' }, { id: 'c2' }]);
    expect(second).toBeInstanceOf(Failure);
    expect(batchSizes(opened)).toEqual([3]);
  });
});
