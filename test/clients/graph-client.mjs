// The official JavaScript client.
import { createRequire } from 'node:module';
import { CONFIGURATIONS, FILTER, MISSING, ORDER, OVERVIEW } from './operations.mjs';

const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = createRequire(import.meta.url)(
  '@microsoft/microsoft-graph-client',
);

export const available = () => true;

function open(url) {
  return Client.init({
    baseUrl: `${url}/`,
    defaultVersion: 'beta',
    customHosts: new Set(['127.0.0.1']),
    authProvider: (done) => done(null, 'local'),
  });
}

const names = ({ value }) => value.map(({ displayName }) => displayName);

const list = async (url) =>
  names(await open(url).api(CONFIGURATIONS).select(['id', 'displayName']).top(3).get());

const filter = async (url) => names(await open(url).api(CONFIGURATIONS).filter(FILTER).orderby(ORDER).get());

async function page(url) {
  const client = open(url);
  const ids = new Set();
  const first = await client.api(CONFIGURATIONS).top(10).get();
  await new PageIterator(client, first, ({ id }) => ids.add(id)).iterate();
  return ids.size;
}

async function read(url) {
  const one = await open(url)
    .api(OVERVIEW.replace('/deviceStatusOverview', ''))
    .expand('deviceStatusOverview')
    .get();
  return [one['@odata.type'], one.deviceStatusOverview.pendingCount];
}

async function patch(url) {
  const client = open(url);
  const answer = await client.api(OVERVIEW).patch({ failedCount: 21 });
  return [answer.failedCount, (await client.api(OVERVIEW).get()).failedCount];
}

const step = (id, path, init) => ({ id, request: new Request(`https://127.0.0.1${path}`, init) });

async function statusesOf(client, steps) {
  const content = await new BatchRequestContent(steps).getContent();
  const answers = new BatchResponseContent(await client.api('/$batch').post(content));
  return steps.map(({ id }) => answers.getResponseById(id).status);
}

const batch = (url) => statusesOf(open(url), [step('read', OVERVIEW), step('missing', MISSING)]);

async function batchWrite(url) {
  const client = open(url);
  const write = {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', Prefer: 'return=minimal' },
    body: JSON.stringify({ errorCount: 22 }),
  };
  const [status] = await statusesOf(client, [step('write', OVERVIEW, write)]);
  return [status, (await client.api(OVERVIEW).get()).errorCount];
}

async function error(url) {
  try {
    return await open(url).api(MISSING).get();
  } catch ({ statusCode, code }) {
    return [statusCode, code];
  }
}

async function retry(url) {
  const client = open(url);
  for (let count = 1; count <= 3; count += 1) await client.api(OVERVIEW).patch({ conflictCount: count });
  return (await client.api(OVERVIEW).get()).conflictCount;
}

export const operations = { list, filter, page, read, patch, batch, batchWrite, error, retry };
