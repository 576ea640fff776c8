import { expect, test } from '@jest/globals';
import { targetFlags } from '../../src/commands/connection/target-flags.ts';

test.each([
  ['local', 'beta', ' --local'],
  ['https://graph.microsoft.com', 'beta', ''],
  ['https://graph.microsoft.com', 'v1.0', ' --api-version v1.0'],
  ['https://dod-graph.microsoft.us', 'beta', ' --cloud dod'],
  ['http://127.0.0.1:8080', 'v1.0', ' --endpoint http://127.0.0.1:8080 --api-version v1.0'],
  ['https://gateway.example/graph', 'beta', ' --endpoint https://gateway.example/graph --trust-endpoint'],
])('the flags that select the Graph of a run again: %s %s', (graph, apiVersion, flags) => {
  expect(targetFlags({ graph, apiVersion })).toBe(flags);
});
