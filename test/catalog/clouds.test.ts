import { describe, expect, test } from '@jest/globals';
import { runMain } from '../support/run-main.ts';

/** By hand, from the page of Microsoft on national cloud deployments. */
const GRAPH: readonly (readonly [cloud: string, host: string])[] = [
  ['global', 'graph.microsoft.com'],
  ['usgov', 'graph.microsoft.us'],
  ['dod', 'dod-graph.microsoft.us'],
  ['china', 'microsoftgraph.chinacloudapi.cn'],
];

describe.each(GRAPH)('--cloud %s', (cloud, host) => {
  test('uses the Graph of the cloud', async () => {
    const { stdout } = await runMain(['get', 'id:x', '--dry-run', '-o', 'json', '--cloud', cloud]);
    expect(new URL(JSON.parse(stdout).url).host).toBe(host);
  });

  test('has an endpoint that needs no --trust-endpoint', async () => {
    const { code } = await runMain([
      'get',
      'id:x',
      '--dry-run',
      '-o',
      'none',
      '--endpoint',
      `https://${host}`,
    ]);
    expect(code).toBe(0);
  });
});
