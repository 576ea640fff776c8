import { configurationEntity, configurationProperties, overviewEntity } from './entity.ts';
import { type EmulatorAnswer, type EmulatorRequest, ok } from './message.ts';
import type { Version } from './metadata.ts';
import { metadataDocument } from './metadata-document.ts';
import { type Destination, navigate } from './navigate.ts';
import { readPatch } from './patch-body.ts';
import { badRequest, notFound, Problem, unknownSegment } from './problem.ts';
import { allowOnly, readExpand, readListOptions, readSelect } from './query-options.ts';
import type { Store } from './store.ts';
import type { Configuration } from './tenant.ts';

export interface GraphOptions {
  readonly expand: boolean;
  readonly strictOdata: boolean;
  readonly ignoreWrites: 'echo' | 'keep' | undefined;
}

/** A request that has been taken apart. */
interface Asked {
  readonly request: EmulatorRequest;
  readonly version: Version;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** What the service answers to one request, whichever way it came. */
export class Graph {
  readonly #store: Store;
  readonly #options: GraphOptions;

  constructor(store: Store, options: GraphOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** @throws a Problem, to be answered as Graph's error body */
  async answer(request: EmulatorRequest): Promise<EmulatorAnswer> {
    const asked = takeApart(request);
    if (asked.segments.join('/') === '$metadata') {
      requireMethod(asked, ['GET']);
      return ok(metadataDocument(asked.version), { 'content-type': 'application/xml;charset=utf-8' });
    }
    const [management, configurations, id, ...rest] = asked.segments;
    if (management !== 'deviceManagement') throw unknownSegment(management ?? '');
    if (configurations !== 'deviceConfigurations') throw unknownSegment(configurations ?? '');
    await this.#store.refresh();
    if (id === undefined) return this.#list(asked);
    const start = this.#store.tenant.withId(id);
    if (start === undefined) throw notFound(`No device configuration has the id '${id}'.`);
    const { version } = asked;
    const strict = this.#options.strictOdata;
    const destination = navigate(start, rest, { tenant: this.#store.tenant, version, strict });
    return this.#answerAt(destination, asked);
  }

  #answerAt(destination: Destination, asked: Asked): EmulatorAnswer | Promise<EmulatorAnswer> {
    if (destination.kind === 'overview') return this.#overview(destination.configuration, asked);
    requireMethod(asked, ['GET']);
    const { version, query } = asked;
    allowOnly(query, ['$select', '$expand']);
    const select = readSelect(query, configurationProperties(version));
    if (destination.kind === 'collection') {
      const value = destination.configurations.map((one) => configurationEntity(one, version, select));
      return ok({ '@odata.context': contextOf(asked, 'deviceManagement/deviceConfigurations'), value });
    }
    const expand = readExpand(query, this.#options.expand);
    const context = contextOf(asked, 'deviceManagement/deviceConfigurations/$entity');
    return ok({
      '@odata.context': context,
      ...this.#entity(destination.configuration, asked, select, expand),
    });
  }

  #list(asked: Asked): EmulatorAnswer {
    requireMethod(asked, ['GET']);
    const { version, query, request } = asked;
    const options = readListOptions(query, configurationProperties(version), this.#options.expand);
    const { tenant } = this.#store;
    const end = Math.min(tenant.size, options.skip + options.top);
    const value: unknown[] = [];
    for (let index = options.skip; index < end; index += 1) {
      const configuration = tenant.at(index);
      if (configuration !== undefined)
        value.push(this.#entity(configuration, asked, options.select, options.expand));
    }
    const context = contextOf(asked, 'deviceManagement/deviceConfigurations');
    const next = end < tenant.size ? { '@odata.nextLink': nextLink(request, query, end) } : {};
    return ok({
      '@odata.context': context,
      ...(options.count ? { '@odata.count': tenant.size } : {}),
      ...next,
      value,
    });
  }

  #entity(
    configuration: Configuration,
    { version }: Asked,
    select: readonly string[] | undefined,
    expand: boolean,
  ) {
    const entity = configurationEntity(configuration, version, select);
    if (!expand) return entity;
    const overview = overviewEntity(this.#store.readOverview(configuration), version, undefined);
    return { ...entity, deviceStatusOverview: overview };
  }

  async #overview(configuration: Configuration, asked: Asked): Promise<EmulatorAnswer> {
    const { request, version, query } = asked;
    if (!['GET', 'PATCH'].includes(request.method)) {
      throw badRequest(
        `No OData route exists that match template ~/singleton/navigation/key/navigation with http verb ${request.method}.`,
      );
    }
    allowOnly(query, ['$select']);
    const names = Object.keys(this.#store.overviewOf(configuration));
    const select = readSelect(query, names);
    const context = contextOf(
      asked,
      `deviceManagement/deviceConfigurations('${configuration.id}')/deviceStatusOverview/$entity`,
    );
    if (request.method === 'GET') {
      return ok({
        '@odata.context': context,
        ...overviewEntity(this.#store.readOverview(configuration), version, select),
      });
    }
    const set = readPatch(request, version);
    const overview = await this.#write(configuration, set);
    if (/\breturn=minimal\b/.test(request.headers.prefer ?? '')) {
      return { status: 204, headers: { 'preference-applied': 'return=minimal' }, body: undefined };
    }
    return ok({ '@odata.context': context, ...overviewEntity(overview, version, select) });
  }

  #write(configuration: Configuration, set: Readonly<Record<string, string | number>>) {
    const held = this.#store.overviewOf(configuration);
    switch (this.#options.ignoreWrites) {
      case 'echo':
        return { ...held, ...set };
      case 'keep':
        return held;
      default:
        return this.#store.write(configuration, set);
    }
  }
}

function takeApart(request: EmulatorRequest): Asked {
  const question = request.target.indexOf('?');
  const path = question < 0 ? request.target : request.target.slice(0, question);
  const query = readQuery(question < 0 ? '' : request.target.slice(question + 1));
  const [, version, ...raw] = path.split('/');
  if (version !== 'beta' && version !== 'v1.0') throw badRequest(`Invalid version: ${version ?? ''}`);
  const segments = raw.filter((segment, index) => segment !== '' || index < raw.length - 1).map(decode);
  return { request, version, segments, query };
}

/** Names of system query options mean the same in any letter case. */
function readQuery(text: string): URLSearchParams {
  const lowered = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(text)) {
    lowered.append(name.startsWith('$') ? name.toLowerCase() : name, value);
  }
  return lowered;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`The segment '${segment}' is not escaped correctly.`);
  }
}

function requireMethod({ request }: Asked, methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  const allow = methods.join(', ');
  throw new Problem(405, 'MethodNotAllowed', `The method ${request.method} is not allowed here.`, { allow });
}

function contextOf({ request, version }: Asked, of: string): string {
  return `${request.origin}/${version}/$metadata#${of}`;
}

function nextLink(request: EmulatorRequest, query: URLSearchParams, skip: number): string {
  const kept = [...query].filter(([name]) => name !== '$skiptoken');
  const pairs = [...kept, ['$skiptoken', String(skip)]].map(
    ([name = '', value = '']) => `${name.replaceAll('%24', '$')}=${encodeURIComponent(value)}`,
  );
  return `${request.origin}${request.target.split('?')[0]}?${pairs.join('&')}`;
}
