// The common operations of clients that are commands: each has a function that sends one request.
import { spawnSync } from 'node:child_process';
import { CONFIGURATIONS, FILTER, MISSING, ORDER, OVERVIEW } from './operations.mjs';

/** @returns the output of the command @throws with its error output if it fails */
export function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim() || stdout.trim() || `${command} ended with ${status}`);
  return stdout;
}

export function isInstalled(command) {
  return spawnSync(command, ['--version'], { encoding: 'utf8' }).status === 0;
}

const names = ({ value }) => value.map(({ displayName }) => displayName);
const query = (options) =>
  Object.entries(options)
    .map(([name, value]) => `$${name}=${encodeURIComponent(value)}`)
    .join('&');

/**
 * @param send sends one request and returns its JSON: (url, { method, body, headers }) => any
 * @param failure returns status and code of an error: (url) => [status, code]
 */
export function operationsOf(send, failure) {
  const at = (url, path) => `${url}/beta${path}`;
  const write = (url, body) => send(at(url, OVERVIEW), { method: 'PATCH', body });
  const overview = (url) => send(at(url, OVERVIEW), {});
  function statusesOf(url, requests) {
    const { responses } = send(at(url, '/$batch'), { method: 'POST', body: { requests } });
    return requests.map(({ id }) => responses.find((one) => one.id === id).status);
  }
  return {
    list: (url) =>
      names(send(at(url, `${CONFIGURATIONS}?${query({ top: 3, select: 'id,displayName' })}`), {})),
    filter: (url) =>
      names(send(at(url, `${CONFIGURATIONS}?${query({ filter: FILTER, orderby: ORDER })}`), {})),
    page(url) {
      const ids = new Set();
      for (let link = at(url, `${CONFIGURATIONS}?$top=10`); link !== undefined; ) {
        const one = send(link, {});
        for (const { id } of one.value) ids.add(id);
        link = one['@odata.nextLink'];
      }
      return ids.size;
    },
    read(url) {
      const path = OVERVIEW.replace('/deviceStatusOverview', '?$expand=deviceStatusOverview');
      const one = send(at(url, path), {});
      return [one['@odata.type'], one.deviceStatusOverview.pendingCount];
    },
    patch: (url) => [write(url, { failedCount: 21 }).failedCount, overview(url).failedCount],
    batch: (url) =>
      statusesOf(url, [
        { id: 'read', method: 'GET', url: OVERVIEW },
        { id: 'missing', method: 'GET', url: MISSING },
      ]),
    batchWrite(url) {
      const headers = { 'Content-Type': 'application/json', Prefer: 'return=minimal' };
      const body = { errorCount: 22 };
      const [status] = statusesOf(url, [{ id: 'write', method: 'PATCH', url: OVERVIEW, headers, body }]);
      return [status, overview(url).errorCount];
    },
    error: (url) => failure(at(url, MISSING)),
    retry(url) {
      for (let count = 1; count <= 3; count += 1) write(url, { conflictCount: count });
      return overview(url).conflictCount;
    },
  };
}
