import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/errors.ts';
import { readRoute } from '../../src/overview/route.ts';
import type { Place } from '../../src/service/overviews.ts';
import { explainRefusal, resolvePlace, resolveRoute } from '../../src/service/resolve.ts';
import { byPath, graphOn, type Said } from '../graph-on-loopback.ts';

const ROOT = '/deviceManagement/deviceConfigurations/a';
const QUERY = '?$select=id,displayName';

async function placeOf(via: string): Promise<Place> {
  return { configurationId: 'a', route: await readRoute(via, { apiVersion: 'beta' }) };
}

/** A service that knows the type of the configuration at some paths, and refuses what it is told to. */
function typesOf(types: Readonly<Record<string, string | Said>>) {
  return graphOn(
    byPath((path) => {
      const found = types[path.replace(ROOT, '').replace(QUERY, '')];
      return typeof found === 'string'
        ? [200, { id: 'x', '@odata.type': `#microsoft.graph.${found}` }]
        : found;
    }),
  );
}

describe('resolving a route that names no type', () => {
  test('asks for the type at each step, and casts where the metadata wants it', async () => {
    const on = await typesOf({
      '': 'windows10VpnConfiguration',
      '/microsoft.graph.windows10VpnConfiguration/identityCertificate': 'windows81SCEPCertificateProfile',
    });
    const segments = [
      'microsoft.graph.windows10VpnConfiguration',
      'identityCertificate',
      'microsoft.graph.windows81SCEPCertificateProfile',
      'rootCertificate',
    ];
    expect(await resolveRoute(on.graph, await placeOf('identity-root'))).toEqual({
      via: segments.join('/'),
      segments,
      certificateId: undefined,
      uncast: false,
    });
    expect(on.server.requests.map(({ method, path }) => [method, path.replace(`/beta${ROOT}`, '')])).toEqual([
      ['GET', QUERY],
      ['GET', `/microsoft.graph.windows10VpnConfiguration/identityCertificate${QUERY}`],
    ]);
  });

  test('leaves any other route alone, and asks nothing', async () => {
    const on = await typesOf({});
    for (const via of ['direct', 'windows-vpn']) {
      const place = await placeOf(via);
      expect(await resolveRoute(on.graph, place)).toBe(place.route);
    }
    expect(on.server.requests).toEqual([]);
  });

  test('takes the type out of the value that some services wrap a navigation property in', async () => {
    const on = await typesOf({
      '': [200, { value: { '@odata.type': '#microsoft.graph.iosScepCertificateProfile' } }],
    });
    expect((await resolveRoute(on.graph, await placeOf('root'))).via).toBe(
      'microsoft.graph.iosScepCertificateProfile/rootCertificate',
    );
  });

  test('says where the type has no such property', async () => {
    const on = await typesOf({ '': 'windows10GeneralConfiguration' });
    await expect(resolveRoute(on.graph, await placeOf('root'))).rejects.toMatchObject({
      kind: 'not-found',
      message: 'a windows10GeneralConfiguration has no rootCertificate, so the route root leads nowhere',
      details: {
        hint: 'name a route that fits the type with `--via`; `graph-overview routes` lists them',
      },
    });
  });

  test.each<[string, Said]>([
    ['no type', [200, { id: 'a' }, { 'request-id': 'r' }]],
    ['a type that is no text', [200, { '@odata.type': 5 }, { 'request-id': 'r' }]],
    ['a type of another namespace', [200, { '@odata.type': '#other.thing' }, { 'request-id': 'r' }]],
    ['nothing', [200, undefined, { 'request-id': 'r' }]],
    ['null as the value', [200, { value: null }, { 'request-id': 'r' }]],
  ])('says where the service tells %s', async (_, said) => {
    const on = await typesOf({ '': said });
    await expect(resolveRoute(on.graph, await placeOf('root'))).rejects.toMatchObject({
      kind: 'graph',
      message: 'the service does not say of what type the configuration is',
      details: {
        status: 200,
        requestId: 'r',
        clientRequestId: '00000000-0000-4000-8000-000000000000',
        hint: 'name the route yourself: `graph-overview routes` lists what --via takes',
      },
    });
  });
});

describe('resolving a place', () => {
  test('says which route it is', async () => {
    const on = await typesOf({ '': 'iosScepCertificateProfile' });
    const said: unknown[] = [];
    const place = await resolvePlace(on.graph, await placeOf('root'), (event) => said.push(event));
    const segments = ['microsoft.graph.iosScepCertificateProfile', 'rootCertificate'];
    expect(place).toMatchObject({ configurationId: 'a', route: { segments } });
    expect(said).toEqual([{ kind: 'detail', text: `root is resolved to --via ${segments.join('/')}` }]);
  });

  test('says nothing where there was nothing to resolve', async () => {
    const on = await typesOf({});
    const said: unknown[] = [];
    const place = await placeOf('direct');
    expect(await resolvePlace(on.graph, place, (event) => said.push(event))).toEqual(place);
    expect(said).toEqual([]);
  });
});

describe('the refusal of a route that names no type', () => {
  const refusal = (kind: 'graph' | 'not-found' = 'graph', status = 400) =>
    new Failure(kind, 'no such segment', { status, code: 'BadRequest' });

  test.each([
    ['graph', 'a strict service wants'],
    ['not-found', 'this service wants'],
  ] as const)('is explained by the route that would do (%s)', async (kind, wants) => {
    const on = await typesOf({ '': 'iosScepCertificateProfile' });
    expect(await explainRefusal(on.graph, await placeOf('root'), refusal(kind))).toMatchObject({
      kind,
      message: 'no such segment',
      details: {
        status: 400,
        code: 'BadRequest',
        hint: `${wants} a type in the path: add \`--resolve\`, or give \`--via microsoft.graph.iosScepCertificateProfile/rootCertificate\``,
      },
    });
  });

  test('is explained by why no route would do', async () => {
    const on = await typesOf({ '': 'windows10GeneralConfiguration' });
    expect(await explainRefusal(on.graph, await placeOf('root'), refusal())).toMatchObject({
      details: {
        hint: 'a windows10GeneralConfiguration has no rootCertificate, so the route root leads nowhere: name a route that fits the type with `--via`; `graph-overview routes` lists them',
      },
    });
  });

  test.each<[string, Said]>([
    ['is not there', [404, { error: { code: 'NotFound', message: 'no' } }]],
    ['may not be read', [403, { error: { code: 'Forbidden', message: 'no' } }]],
    ['has no type', [200, { id: 'a' }]],
  ])('has a general hint where the configuration %s', async (_, said) => {
    const on = await typesOf({ '': said });
    expect(await explainRefusal(on.graph, await placeOf('root'), refusal())).toMatchObject({
      details: { hint: 'a strict service wants a type in the path: add `--resolve`' },
    });
  });

  test('has a general hint where the service is gone', async () => {
    const on = await graphOn((_, response) => response.socket?.destroy());
    expect(await explainRefusal(on.graph, await placeOf('root'), refusal())).toMatchObject({
      details: { hint: 'a strict service wants a type in the path: add `--resolve`' },
    });
  });

  test('stays as it is where it is about something else', async () => {
    const on = await typesOf({ '': 'iosScepCertificateProfile' });
    const root = await placeOf('root');
    for (const error of [refusal('not-found', 404), new Error('a defect')]) {
      expect(await explainRefusal(on.graph, root, error)).toBe(error);
    }
    const error = refusal();
    expect(await explainRefusal(on.graph, await placeOf('direct'), error)).toBe(error);
    expect(on.server.requests).toEqual([]);
  });
});
