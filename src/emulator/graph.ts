import { type Address, readAddress } from './address.ts';
import {
  configurationEntity,
  configurationPath,
  type Entity,
  type Format,
  memberEntities,
  overviewEntity,
  userOverviewEntity,
} from './entity.ts';
import { jsonType, readMetadataLevel } from './media-type.ts';
import { type EmulatorAnswer, type EmulatorRequest, ok, reads } from './message.ts';
import { metadataDocument } from './metadata-document.ts';
import { type Destination, navigate } from './navigate.ts';
import { readPatch } from './patch-body.ts';
import { notFound, notServed, Problem, refusedByIntune, unknownSegment } from './problem.ts';
import {
  allowOnly,
  type Expansion,
  readExpand,
  readFilterOption,
  readOrder,
  readPage,
  readSelect,
  type Selection,
} from './query-options.ts';
import { CONTAINED, type ContainedEntity, type ContainedRow } from './schema.ts';
import type { Shape } from './shape.ts';
import type { Store } from './store.ts';
import type { Configuration, Overview } from './tenant.ts';
import { Views } from './views.ts';

export interface GraphOptions {
  readonly expand: boolean;
  readonly strictOdata: boolean;
  readonly ignoreWrites: 'echo' | 'keep' | undefined;
  readonly shape: Shape;
}

/** A parsed request. */
interface ParsedRequest extends Address {
  readonly request: EmulatorRequest;
  readonly format: Format;
}

const CONFIGURATIONS = 'deviceManagement/deviceConfigurations';
const COUNT = '$count';

/** Answers single requests and items of batches. */
export class Graph {
  readonly #store: Store;
  readonly #options: GraphOptions;
  readonly #views: Views;

  constructor(store: Store, options: GraphOptions) {
    this.#store = store;
    this.#options = options;
    this.#views = new Views(store.tenant);
  }

  /** @throws a Problem, for Graph's error body */
  async answer(request: EmulatorRequest): Promise<EmulatorAnswer> {
    const parsed = this.#parse(request);
    const answer = await this.#answer(parsed);
    if (answer.body === undefined || answer.headers['Content-Type'] !== undefined) return answer;
    return { ...answer, headers: { ...answer.headers, 'Content-Type': jsonType(parsed.format.level) } };
  }

  async #answer(parsed: ParsedRequest): Promise<EmulatorAnswer> {
    const { request } = parsed;
    const [first, second, id, ...rest] = parsed.segments;
    if (first === '$metadata' && second === undefined) {
      if (!reads(request.method)) throw wrongVerb(request.method, 'GET');
      allowOnly(parsed.query);
      return ok(metadataDocument(parsed.version), {
        'Content-Type': 'application/xml;charset=utf-8',
        'Cache-Control': 'private',
      });
    }
    if (first === '$batch') throw wrongVerb(request.method, 'POST');
    if (first !== 'deviceManagement') throw unknownSegment(first ?? '');
    if (second === undefined) throw notServed('deviceManagement');
    if (second !== 'deviceConfigurations') throw unknownSegment(second);
    await this.#store.refresh();
    if (id === undefined) return this.#list(parsed);
    if (id === COUNT) {
      if (rest[0] !== undefined) throw unknownSegment(rest[0]);
      return this.#countList(parsed);
    }
    const start = this.#store.tenant.withId(id);
    if (start === undefined) throw notFound(`No device configuration has the id '${id}'.`);
    const { version } = parsed;
    const strict = this.#options.strictOdata;
    const destination = navigate(start, rest, { tenant: this.#store.tenant, version, strict });
    return this.#answerAt(destination, parsed);
  }

  #parse(request: EmulatorRequest): ParsedRequest {
    const address = readAddress(request.target);
    const { version } = address;
    const level = readMetadataLevel(request.headers.accept);
    const format = { version, level, shape: this.#options.shape, root: `${request.origin}/${version}` };
    return { ...address, request, format };
  }

  #answerAt(destination: Destination, parsed: ParsedRequest): EmulatorAnswer | Promise<EmulatorAnswer> {
    if (destination.kind === 'contained') {
      const { configuration, name } = destination;
      const answers: Readonly<Record<ContainedEntity, () => EmulatorAnswer | Promise<EmulatorAnswer>>> = {
        deviceStatusOverview: () => this.#overview(configuration, parsed),
        userStatusOverview: () => this.#userOverview(configuration, parsed),
      };
      return answers[name]();
    }
    requireRead(parsed);
    if (destination.kind === 'members') return this.#members(destination, parsed);
    const { format, query } = parsed;
    if (destination.kind === 'collection') {
      const { configurations } = destination;
      if (destination.count) return countOf(configurations.length, parsed);
      allowOnly(query, '$select', '$expand');
      const [select, expand] = this.#projection(parsed);
      const value = configurations.map((one) => this.#entity(one, select, expand, format));
      return ok({ ...contextOf(CONFIGURATIONS, parsed), value });
    }
    allowOnly(query, '$select', '$expand');
    const [select, expand] = this.#projection(parsed);
    const context = contextOf(`${CONFIGURATIONS}/$entity`, parsed);
    return ok({ ...context, ...this.#entity(destination.configuration, select, expand, format) });
  }

  #projection({ query, version }: ParsedRequest): readonly [Selection, readonly Expansion[]] {
    return [
      readSelect(query.get('$select'), 'deviceConfiguration', version),
      readExpand(query.get('$expand'), version, this.#options.expand),
    ];
  }

  #list(parsed: ParsedRequest): EmulatorAnswer {
    requireRead(parsed);
    const { query, version, format } = parsed;
    allowOnly(
      query,
      ...['$select', '$expand', '$filter', '$orderby', '$top', '$skip', '$skiptoken', '$count'],
    );
    const page = readPage(query);
    const [select, expand] = this.#projection(parsed);
    const view = this.#viewOf(parsed, readOrder(query, version));
    const end = Math.min(view.size, page.start + page.size);
    const value: Entity[] = [];
    for (let index = page.start; index < end; index += 1) {
      const configuration = view.at(index);
      if (configuration !== undefined) value.push(this.#entity(configuration, select, expand, format));
    }
    return ok({
      ...contextOf(CONFIGURATIONS, parsed),
      ...(page.count ? { '@odata.count': view.size } : {}),
      ...(end < view.size ? { '@odata.nextLink': nextLink(parsed, end) } : {}),
      value,
    });
  }

  #countList(parsed: ParsedRequest): EmulatorAnswer {
    requireRead(parsed);
    allowOnly(parsed.query, '$filter');
    return plainCount(this.#viewOf(parsed, undefined).size);
  }

  #viewOf({ query, version }: ParsedRequest, order: ReturnType<typeof readOrder>) {
    const key = JSON.stringify([version, query.get('$filter') ?? null, query.get('$orderby') ?? null]);
    return this.#views.of(key, readFilterOption(query, version), order);
  }

  #entity(
    configuration: Configuration,
    select: Selection,
    expand: readonly Expansion[],
    format: Format,
  ): Entity {
    const entity: Record<string, unknown> = { ...configurationEntity(configuration, select, format) };
    const path = `${format.root}/$metadata#${configurationPath(configuration)}`;
    for (const { name, select: nested } of expand) {
      const collection = CONTAINED.some((row) => row.name === name && row.collection);
      if (format.level !== 'none') {
        entity[`${name}@odata.context`] = `${path}/${name}${collection ? '' : '/$entity'}`;
      }
      entity[name] = this.#expanded(configuration, name, nested, format);
    }
    return entity;
  }

  #expanded(
    configuration: Configuration,
    name: ContainedRow['name'],
    select: Selection,
    format: Format,
  ): unknown {
    switch (name) {
      case 'deviceStatusOverview':
        return overviewEntity(configuration, this.#store.readOverview(configuration), select, format);
      case 'userStatusOverview':
        return userOverviewEntity(configuration, select, format);
      default:
        return memberEntities(configuration, name, select, format);
    }
  }

  #members(
    { configuration, name, id, count }: Destination & { kind: 'members' },
    parsed: ParsedRequest,
  ): EmulatorAnswer {
    const { query, version, format } = parsed;
    const type = CONTAINED.find((row) => row.name === name)?.target ?? '';
    const path = `${configurationPath(configuration)}/${name}`;
    if (count) return countOf(memberEntities(configuration, name, undefined, format).length, parsed);
    allowOnly(query, '$select');
    const select = readSelect(query.get('$select'), type, version);
    if (id === undefined) {
      return ok({ ...contextOf(path, parsed), value: memberEntities(configuration, name, select, format) });
    }
    const place = memberEntities(configuration, name, undefined, format).findIndex((one) => one.id === id);
    const entity = memberEntities(configuration, name, select, format)[place];
    if (entity === undefined) throw notFound(`Nothing is linked under '${id}'.`);
    return ok({ ...contextOf(`${path}/$entity`, parsed), ...entity });
  }

  #userOverview(configuration: Configuration, parsed: ParsedRequest): EmulatorAnswer {
    requireRead(parsed);
    const { query, version, format } = parsed;
    allowOnly(query, '$select');
    const select = readSelect(query.get('$select'), 'deviceConfigurationUserOverview', version);
    const context = contextOf(`${configurationPath(configuration)}/userStatusOverview/$entity`, parsed);
    return ok({ ...context, ...userOverviewEntity(configuration, select, format) });
  }

  async #overview(configuration: Configuration, parsed: ParsedRequest): Promise<EmulatorAnswer> {
    const { request, version, query, format } = parsed;
    if (request.method !== 'PATCH') requireRead(parsed);
    allowOnly(query, '$select');
    const select = readSelect(query.get('$select'), 'deviceConfigurationDeviceOverview', version);
    const answer = (overview: Overview): EmulatorAnswer =>
      ok({
        ...contextOf(`${configurationPath(configuration)}/deviceStatusOverview/$entity`, parsed),
        ...overviewEntity(configuration, overview, select, format),
      });
    if (request.method !== 'PATCH') return answer(this.#store.readOverview(configuration));
    const overview = await this.#write(configuration, readPatch(request, version));
    if (/\breturn=minimal\b/.test(request.headers.prefer ?? '')) {
      return { status: 204, headers: { 'Preference-Applied': 'return=minimal' }, body: undefined };
    }
    return answer(overview);
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

/** Intune has no handler for other methods. */
function requireRead({ request: { method } }: ParsedRequest): void {
  if (reads(method)) return;
  throw refusedByIntune(
    `No OData route exists that match template ~/singleton/navigation/key/navigation with http verb ${method}.`,
  );
}

/** Graph's own resources support one method. */
function wrongVerb(method: string, allowed: string): Problem {
  const headers = { Allow: allowed };
  return new Problem(405, 'MethodNotAllowed', `The method ${method} is not allowed here.`, { headers });
}

function contextOf(of: string, { format: { level, root } }: ParsedRequest): Entity {
  return level === 'none' ? {} : { '@odata.context': `${root}/$metadata#${of}` };
}

function countOf(count: number, { query }: ParsedRequest): EmulatorAnswer {
  allowOnly(query);
  return plainCount(count);
}

function plainCount(count: number): EmulatorAnswer {
  return ok(String(count), { 'Content-Type': 'text/plain' });
}

/** Keeps every option, as Graph does. */
function nextLink({ query, format: { root } }: ParsedRequest, start: number): string {
  const kept = [...query].filter(([name]) => name !== '$skiptoken');
  const pairs = [...kept, ['$skiptoken', String(start)]].map(
    ([name, value = '']) => `${name}=${encodeURIComponent(value)}`,
  );
  return `${root}/${CONFIGURATIONS}?${pairs.join('&')}`;
}
