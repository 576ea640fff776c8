import { expect, test } from '@jest/globals';
import { propertiesOf, readCondition } from '../../../src/overview/condition/index.ts';

test.each([
  ['failed gt 0', ['failedCount']],
  ['not failed gt 0', ['failedCount']],
  ['failed gt 0 and error gt 0', ['failedCount', 'errorCount']],
  ['error gt 0 or failed gt 0', ['errorCount', 'failedCount']],
  [
    'failed gt 0 or not (id eq x and failedCount lt 5) or pending gt 0',
    ['failedCount', 'id', 'pendingCount'],
  ],
])('%s uses the properties %j', (text, names) => {
  expect(propertiesOf(readCondition(text, '--where')).map(({ name }) => name)).toEqual(names);
});
