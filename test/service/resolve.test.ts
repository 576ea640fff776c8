import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/outcome/errors.ts';
import type { Event } from '../../src/outcome/events.ts';
import { readRoute } from '../../src/overview/route.ts';
import type { Place } from '../../src/service/overviews.ts';
import { explainRefusal, resolvePlace, resolveRoute } from '../../src/service/resolve.ts';
import { optional, problem, type Reply } from '../support/answers.ts';
import { type FakeGraph, startGraph } from '../support/fake-graph.ts';

const VPN = '/deviceManagement/deviceConfigurations/vpn';
const SELECT = '?$select=id,displayName';
const RESOLVED =
  'microsoft.graph.windows10VpnConfiguration/identityCertificate/microsoft.graph.windows81SCEPCertificateProfile/rootCertificate';

/** The types of the configurations by the path that leads to them. */
const TYPES: Readonly<Record<string, Reply>> = {
  [`${VPN}${SELECT}`]: typed('windows10VpnConfiguration'),
  [`${VPN}/microsoft.graph.windows10VpnConfiguration/identityCertificate${SELECT}`]: typed(
    'windows81SCEPCertificateProfile',
  ),
  [`/deviceManagement/deviceConfigurations/wifi${SELECT}`]: typed('iosCustomConfiguration'),
};

function typed(type: string): Reply {
  return { body: { '@odata.type': `#microsoft.graph.${type}`, id: 'x' } };
}

let opened: FakeGraph;

async function open(replies: Readonly<Record<string, Reply>> = TYPES): Promise<void> {
  opened = await startGraph(optional(({ path }) => replies[path]));
}

async function placeVia(
  via: string,
  configurationId = 'vpn',
  certificateId: string | undefined = undefined,
): Promise<Place> {
  return { configurationId, route: await readRoute(via, { certificateId, apiVersion: 'beta' }) };
}

const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('resolving a route', () => {
  test.each(['direct', 'windows-vpn'])('does not change %s, and sends nothing', async (via) => {
    await open();
    const place = await placeVia(via);
    expect(await resolveRoute(opened.graph, place)).toBe(place.route);
    expect(opened.lines).toEqual([]);
  });

  test('reads the type at each step, and adds it to the path', async () => {
    await open();
    expect(await resolveRoute(opened.graph, await placeVia('identity-root'))).toEqual({
      via: RESOLVED,
      segments: RESOLVED.split('/'),
      certificateId: undefined,
      uncast: false,
    });
    expect(opened.lines).toEqual(
      Object.keys(TYPES)
        .slice(0, 2)
        .map((path) => `GET ${path}`),
    );
  });

  test('fails if the type has no such property', async () => {
    await open();
    const failure = (await caught(resolveRoute(opened.graph, await placeVia('root', 'wifi')))) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'not-found',
      message: 'type iosCustomConfiguration has no rootCertificate, so the route root does not exist',
    });
    expect(failure.details).toEqual({
      hint: 'the configuration is of type iosCustomConfiguration, which has only its own overview: remove `--via`',
    });
  });

  test('fails if the type of a linked configuration has no such property', async () => {
    const [vpn = '', linked = ''] = Object.keys(TYPES);
    await open({ [vpn]: typed('windows10VpnConfiguration'), [linked]: typed('iosCustomConfiguration') });
    expect(await caught(resolveRoute(opened.graph, await placeVia('identity-root')))).toMatchObject({
      kind: 'not-found',
      message:
        'type iosCustomConfiguration has no rootCertificate, so the route identity-root does not exist',
      details: {
        hint: 'give a route that fits the type with `--via`; `graph-overview routes` lists the routes',
      },
    });
  });

  test('reports the route that it found', async () => {
    await open();
    const events: Event[] = [];
    const place = await placeVia('identity-root');
    const resolved = await resolvePlace(opened.graph, place, (event) => events.push(event));
    expect(resolved.configurationId).toBe('vpn');
    expect(resolved.route.via).toBe(RESOLVED);
    expect(events).toEqual([{ kind: 'detail', text: `identity-root is resolved to --via ${RESOLVED}` }]);
  });

  test('reports nothing if the route needs no type', async () => {
    await open();
    const place = await placeVia('direct');
    const resolved = await resolvePlace(opened.graph, place, () => {
      throw new Error('nothing is to be reported');
    });
    expect(resolved).toEqual(place);
  });
});

describe('the error for a route without a type', () => {
  const refused = new Failure('not-found', 'no such segment', { status: 400, hint: 'another' });

  test.each([
    ['not-found' as const, 'this service requires'],
    ['graph' as const, 'a strict service requires'],
  ])('of kind %s has a hint with the exact route', async (kind, requires) => {
    await open();
    const error = new Failure(kind, 'no such segment', { status: 400, code: 'BadRequest' });
    const explained = (await explainRefusal(opened.graph, await placeVia('identity'), error)) as Failure;
    expect(explained).toMatchObject({ kind, message: 'no such segment' });
    expect(explained.details).toMatchObject({
      status: 400,
      code: 'BadRequest',
      hint: `${requires} a type in the path: add \`--resolve\`, or give \`--via microsoft.graph.windows10VpnConfiguration/identityCertificate\``,
    });
  });

  test('has a hint that no type has the route', async () => {
    await open();
    const explained = await explainRefusal(opened.graph, await placeVia('root', 'wifi'), refused);
    expect((explained as Failure).details.hint).toBe(
      'type iosCustomConfiguration has no rootCertificate, so the route root does not exist: the configuration is of type iosCustomConfiguration, which has only its own overview: remove `--via`',
    );
  });

  test.each<[string, Reply]>([
    ['do not exist', problem(404)],
    ['are not returned', { body: { id: 'vpn' } }],
    ['cannot be read', problem(403)],
  ])('has a hint to use --resolve if the types %s', async (_, reply) => {
    await open({ [`${VPN}${SELECT}`]: reply });
    const explained = await explainRefusal(opened.graph, await placeVia('root'), refused);
    expect((explained as Failure).details.hint).toBe(
      'this service requires a type in the path: add `--resolve`',
    );
  });

  test('has a hint to use --resolve if the service can no longer be reached', async () => {
    opened = await startGraph(() => 'cut');
    const explained = await explainRefusal(opened.graph, await placeVia('root'), refused);
    expect((explained as Failure).details.hint).toBe(
      'this service requires a type in the path: add `--resolve`',
    );
  });

  test('has a hint to use --resolve after an unexpected error', async () => {
    const token = () => Promise.reject(new TypeError('unexpected'));
    opened = await startGraph(undefined, { token });
    const explained = await explainRefusal(opened.graph, await placeVia('root'), refused);
    expect((explained as Failure).details.hint).toBe(
      'this service requires a type in the path: add `--resolve`',
    );
  });

  test.each<[string, string, unknown]>([
    ['another status', 'root', new Failure('permission', 'forbidden', { status: 403 })],
    ['the configuration itself', 'direct', new Failure('not-found', 'gone', { status: 404 })],
    ['an error that is not a failure', 'root', new TypeError('unexpected')],
    ['an object with the same members', 'root', { kind: 'not-found', details: { status: 400 } }],
  ])('is not changed for %s', async (_, via, error) => {
    await open();
    expect(await explainRefusal(opened.graph, await placeVia(via), error)).toBe(error);
    expect(opened.lines).toEqual([]);
  });
});

describe('the error for a route', () => {
  const gone = new Failure('not-found', 'gone', { status: 404, code: 'ResourceNotFound', hint: 'another' });
  const FITS_VPN =
    'the configuration is of type windows10VpnConfiguration; routes that fit it: `--via windows-vpn`; `graph-overview routes --for id:vpn` lists them';

  test.each([
    ['with another type', 'ios-scep', 404],
    ['with another type, of a strict service', 'ios-scep', 400],
    ['without a type, which the configuration does not have', 'root', 404],
  ])('%s has a hint with the routes that fit', async (_, via, status) => {
    await open();
    const error = gone.with({ status });
    const explained = (await explainRefusal(opened.graph, await placeVia(via), error)) as Failure;
    expect(explained).toMatchObject({ kind: 'not-found', message: 'gone' });
    expect(explained.details).toMatchObject({ status, code: 'ResourceNotFound', hint: FITS_VPN });
    expect(opened.lines).toEqual([`GET ${VPN}${SELECT}`]);
  });

  test.each([
    ['with the right type', 'windows-vpn', undefined, 'no configuration is linked there'],
    ['without a type', 'identity', undefined, 'no configuration is linked there'],
    ['through a list of certificates', 'wifi-eap-root', 'c', 'check `--certificate-id`'],
  ])('%s that fits has a hint that it fits', async (_, via, certificateId, what) => {
    const type =
      certificateId === undefined ? 'windows10VpnConfiguration' : 'windowsWifiEnterpriseEAPConfiguration';
    await open({ [`${VPN}${SELECT}`]: { body: { '@odata.type': `#microsoft.graph.${type}` } } });
    const place = await placeVia(via, 'vpn', certificateId);
    const explained = (await explainRefusal(opened.graph, place, gone)) as Failure;
    expect(explained.details.hint).toBe(
      `the route fits the configuration, which is of type ${type}: ${what}`,
    );
  });

  test('that fits is not changed after a 400, which may have another cause', async () => {
    await open();
    const refused = gone.with({ status: 400 });
    expect(await explainRefusal(opened.graph, await placeVia('windows-vpn'), refused)).toBe(refused);
    expect(opened.lines).toEqual([`GET ${VPN}${SELECT}`]);
  });

  test('has a hint with all routes that fit', async () => {
    const type = 'windowsWifiEnterpriseEAPConfiguration';
    await open({ [`${VPN}${SELECT}`]: typed(type) });
    const explained = (await explainRefusal(opened.graph, await placeVia('ios-scep'), gone)) as Failure;
    expect(explained.details.hint).toBe(
      `the configuration is of type ${type}; routes that fit it: \`--via wifi-eap\`, \`--via microsoft.graph.${type}/rootCertificateForClientValidation\`, \`--via wifi-eap-root\`; \`graph-overview routes --for id:vpn\` lists them`,
    );
  });

  test.each([
    ['is of a configuration that does not exist', 'ios-scep', { [`${VPN}${SELECT}`]: problem(404) }],
    [
      'is of a configuration whose type is not returned',
      'ios-scep',
      { [`${VPN}${SELECT}`]: { body: { id: 'vpn' } } },
    ],
  ])('is not changed if it %s', async (_, via, replies) => {
    await open(replies);
    expect(await explainRefusal(opened.graph, await placeVia(via), gone)).toBe(gone);
  });
});
