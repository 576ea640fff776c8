// The client of Kiota: the adapter, models and tasks of the beta SDK, with requests that are built here.
import {
  AnonymousAuthenticationProvider,
  HttpMethod,
  InMemoryBackingStoreFactory,
  ParseNodeFactoryRegistry,
  RequestInformation,
  SerializationWriterFactoryRegistry,
} from '@microsoft/kiota-abstractions';
import { JsonParseNodeFactory, JsonSerializationWriterFactory } from '@microsoft/kiota-serialization-json';
import { GraphBetaRequestAdapter } from '@microsoft/msgraph-beta-sdk';
import {
  createDeviceConfigurationCollectionResponseFromDiscriminatorValue,
  createDeviceConfigurationDeviceOverviewFromDiscriminatorValue,
  createDeviceConfigurationFromDiscriminatorValue,
  serializeDeviceConfigurationDeviceOverview,
} from '@microsoft/msgraph-beta-sdk/models/index.js';
import { createODataErrorFromDiscriminatorValue } from '@microsoft/msgraph-beta-sdk/models/oDataErrors/index.js';
import { BatchRequestContent, PageIterator } from '@microsoft/msgraph-sdk-core';
import { CONFIGURATIONS, FILTER, MISSING, ORDER, OVERVIEW } from './operations.mjs';

export const available = () => true;

const ERRORS = { XXX: createODataErrorFromDiscriminatorValue };

function open(url) {
  const nodes = new ParseNodeFactoryRegistry();
  nodes.registerDefaultDeserializer(JsonParseNodeFactory, new InMemoryBackingStoreFactory());
  const writers = new SerializationWriterFactoryRegistry();
  writers.registerDefaultSerializer(JsonSerializationWriterFactory);
  const adapter = new GraphBetaRequestAdapter(new AnonymousAuthenticationProvider(), nodes, writers);
  adapter.baseUrl = `${url}/beta`;
  return adapter;
}

const QUERY = '{?%24expand,%24filter,%24orderby,%24select,%24top}';

function request(adapter, path, query = {}) {
  const one = new RequestInformation(HttpMethod.GET, `{+baseurl}${path}${QUERY}`, {
    baseurl: adapter.baseUrl,
  });
  for (const [name, value] of Object.entries(query)) one.queryParameters[`%24${name}`] = value;
  one.headers.add('Accept', 'application/json');
  return one;
}

function write(adapter, overview) {
  const one = new RequestInformation(HttpMethod.PATCH, `{+baseurl}${OVERVIEW}`, { baseurl: adapter.baseUrl });
  one.headers.add('Accept', 'application/json');
  one.setContentFromParsable(
    adapter,
    'application/json',
    overview,
    serializeDeviceConfigurationDeviceOverview,
  );
  return one;
}

const listed = (adapter, query) =>
  adapter.send(
    request(adapter, CONFIGURATIONS, query),
    createDeviceConfigurationCollectionResponseFromDiscriminatorValue,
    ERRORS,
  );

const overview = (adapter, one = request(adapter, OVERVIEW)) =>
  adapter.send(one, createDeviceConfigurationDeviceOverviewFromDiscriminatorValue, ERRORS);

const names = ({ value }) => value.map(({ displayName }) => displayName);

const list = async (url) => names(await listed(open(url), { top: 3, select: ['id', 'displayName'] }));

const filter = async (url) => names(await listed(open(url), { filter: FILTER, orderby: [ORDER] }));

async function page(url) {
  const adapter = open(url);
  const ids = new Set();
  const factory = createDeviceConfigurationCollectionResponseFromDiscriminatorValue;
  const first = await listed(adapter, { top: 10 });
  await new PageIterator(adapter, first, ({ id }) => ids.add(id), factory, ERRORS).iterate();
  return ids.size;
}

async function read(url) {
  const adapter = open(url);
  const path = OVERVIEW.replace('/deviceStatusOverview', '');
  const one = await adapter.send(
    request(adapter, path, { expand: ['deviceStatusOverview'] }),
    createDeviceConfigurationFromDiscriminatorValue,
    ERRORS,
  );
  return [one.odataType, one.deviceStatusOverview.pendingCount];
}

async function patch(url) {
  const adapter = open(url);
  const answer = await overview(adapter, write(adapter, { failedCount: 21 }));
  return [answer.failedCount, (await overview(adapter)).failedCount];
}

async function statusesOf(adapter, requests) {
  const content = new BatchRequestContent(adapter, ERRORS);
  for (const [index, one] of requests.entries()) content.addBatchRequest(one, String(index));
  const answers = await content.postAsync();
  return requests.map((_, index) => answers.getResponseById(String(index)).status);
}

async function batch(url) {
  const adapter = open(url);
  return statusesOf(adapter, [request(adapter, OVERVIEW), request(adapter, MISSING)]);
}

async function batchWrite(url) {
  const adapter = open(url);
  const minimal = write(adapter, { errorCount: 22 });
  minimal.headers.add('Prefer', 'return=minimal');
  const [status] = await statusesOf(adapter, [minimal]);
  return [status, (await overview(adapter)).errorCount];
}

async function error(url) {
  const adapter = open(url);
  try {
    return await overview(adapter, request(adapter, MISSING));
  } catch ({ responseStatusCode, errorEscaped }) {
    return [responseStatusCode, errorEscaped?.code];
  }
}

async function retry(url) {
  const adapter = open(url);
  for (let count = 1; count <= 3; count += 1)
    await overview(adapter, write(adapter, { conflictCount: count }));
  return (await overview(adapter)).conflictCount;
}

export const operations = { list, filter, page, read, patch, batch, batchWrite, error, retry };
