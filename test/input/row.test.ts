import { expect, test } from '@jest/globals';
import { keyOf, sameValues } from '../../src/input/row.ts';

test.each([
  [{ pendingCount: 1 }, { pendingCount: 1 }, true],
  [{ pendingCount: 1 }, { pendingCount: 2 }, false],
  [{ pendingCount: 1 }, { failedCount: 1 }, false],
  [{ pendingCount: 1 }, { pendingCount: 1, failedCount: 1 }, false],
  [{ pendingCount: 1, failedCount: 1 }, { pendingCount: 1, failedCount: 2 }, false],
  [{ pendingCount: 1, failedCount: 1 }, { failedCount: 1, pendingCount: 1 }, true],
  [{ lastUpdateDateTime: '2026-01-01T00:00:00Z' }, { lastUpdateDateTime: '2026-01-01T01:00:00+01:00' }, true],
  [{}, {}, true],
])('%j and %j have the same values: %s', (one, other, same) => {
  expect(sameValues(one, other)).toBe(same);
});

/** A row by its name, or by its id if it begins with `id:`. */
function row(first: string, segments: readonly string[]): Parameters<typeof keyOf>[0] {
  const route = { via: 'x', segments, certificateId: undefined, uncast: false };
  const common = { line: 2, route, values: {} };
  return first.startsWith('id:')
    ? { ...common, deviceConfigurationId: first.slice(3), displayName: null }
    : { ...common, name: first };
}

test.each<[string, string[], string, string[], boolean]>([
  ['id:a', [], 'id:A', [], true],
  ['id:a', ['rootCertificate'], 'id:A', ['rootCertificate'], true],
  ['id:a', ['rootCertificate'], 'id:a', [], false],
  ['id:a', ['rootCertificate'], 'id:a', ['identityCertificate'], false],
  ['id:a', ['b', 'c'], 'id:ab', ['c'], false],
  ['W\u00e4', [], 'Wa\u0308', [], true],
  ['a', [], 'A', [], false],
  ['a', ['rootCertificate'], 'a', ['rootCertificate'], true],
  ['a', ['rootCertificate'], 'a/rootCertificate', [], false],
  ['a', ['rootCertificate'], 'arootCertificate', [], false],
])(
  '%j by the route %j and %j by the route %j are one overview: %s',
  (one, route, other, otherRoute, same) => {
    expect(keyOf(row(one, route)) === keyOf(row(other, otherRoute))).toBe(same);
  },
);
