import { describe, expect, test } from '@jest/globals';
import { leadsThrough } from '../../src/graph/proxy.ts';

const GRAPH = 'https://graph.microsoft.com/beta';

describe('a host is reached without the proxy', () => {
  test.each([
    ['graph.microsoft.com', GRAPH],
    ['other.example, GRAPH.microsoft.com', GRAPH],
    ['other.example graph.microsoft.com', GRAPH],
    ['.microsoft.com', GRAPH],
    ['*.microsoft.com', GRAPH],
    ['*', GRAPH],
    ['graph.microsoft.com:443', GRAPH],
    ['127.0.0.1', 'https://127.0.0.1:8443/'],
    ['127.0.0.1:8443', 'https://127.0.0.1:8443/'],
  ])('by NO_PROXY=%s', (except, url) => {
    expect(leadsThrough({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(false);
  });
});

describe('a host is reached through the proxy', () => {
  test.each([
    [undefined, GRAPH],
    ['', GRAPH],
    ['microsoft.com', GRAPH],
    ['graph.microsoft.com.example', GRAPH],
    ['graph.microsoft.com:8443', GRAPH],
    ['127.0.0.1', 'https://127.0.0.11/'],
  ])('with NO_PROXY=%s', (except, url) => {
    expect(leadsThrough({ url: 'http://proxy.example:8080', except }, new URL(url))).toBe(true);
  });
});
