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
])('the column %j is read as %s', (title, kind, property) => {
  const column = columnNamed(title);
  expect(column).toMatchObject({ kind, name: title.trim() });
  expect(column?.kind === 'property' ? column.property.name : undefined).toBe(property);
});

test.each(['id', 'ID', '', 'count', 'pendingCounts', 'deviceConfiguration'])(
  'the column %j is unknown',
  (title) => {
    expect(columnNamed(title)).toBeUndefined();
  },
);

test('the names in messages are those of csv', () => {
  expect(columnNames()).toBe(
    'deviceConfigurationId, displayName, via, certificateId, overviewId, pendingCount, notApplicableCount, notApplicablePlatformCount, successCount, errorCount, failedCount, conflictCount, lastUpdateDateTime, configurationVersion',
  );
});
