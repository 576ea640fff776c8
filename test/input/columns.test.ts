import { expect, test } from '@jest/globals';
import { columnNamed, columnNames } from '../../src/input/columns.ts';

test.each([
  ['deviceConfigurationId', 'deviceConfigurationId', undefined],
  [' device-configuration-id ', 'deviceConfigurationId', undefined],
  ['VIA', 'via', undefined],
  ['certificateid', 'certificateId', undefined],
  ['certificate-id', 'certificateId', undefined],
  ['displayName', 'displayName', undefined],
  ['@odata.type', 'ignored', undefined],
  ['pendingCount', 'property', 'pendingCount'],
  ['pending', 'property', 'pendingCount'],
  ['Not-Applicable-Platform', 'property', 'notApplicablePlatformCount'],
  ['overviewId', 'property', 'id'],
  ['overview-id', 'property', 'id'],
  ['lastUpdateDateTime', 'property', 'lastUpdateDateTime'],
])('a column %j is %s', (title, kind, property) => {
  const column = columnNamed(title);
  expect(column).toMatchObject({ kind, name: title.trim() });
  expect(column?.kind === 'property' ? column.property.name : undefined).toBe(property);
});

test.each(['id', 'ID', '', 'count', 'pendingCounts', 'deviceConfiguration'])(
  'a column %j is none',
  (title) => {
    expect(columnNamed(title)).toBeUndefined();
  },
);

test('the names for messages', () => {
  expect(columnNames()).toBe(
    'deviceConfigurationId, displayName, via, certificateId, overviewId, pendingCount, notApplicableCount, notApplicablePlatformCount, successCount, errorCount, failedCount, conflictCount, lastUpdateDateTime, configurationVersion',
  );
});
