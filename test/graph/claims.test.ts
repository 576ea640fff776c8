import { expect, test } from '@jest/globals';
import { claimsChallenge } from '../../src/graph/challenge.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true}}}';
const ENCODED = Buffer.from(CLAIMS).toString('base64');

function asked(status: number, header?: string): string | undefined {
  return claimsChallenge({
    status,
    headers: header === undefined ? {} : { 'www-authenticate': header },
    text: '',
  });
}

test.each([
  `Bearer claims="${ENCODED}"`,
  `Bearer realm="", error="insufficient_claims", Claims="${ENCODED}", more="x"`,
])('%s asks for claims', (header) => {
  expect(asked(401, header)).toBe(CLAIMS);
});

test.each<[string, number, string | undefined]>([
  ['another status', 403, `Bearer claims="${ENCODED}"`],
  ['no header', 401, undefined],
  ['no claims', 401, 'Bearer realm=""'],
  ['claims of another name', 401, `Bearer xclaims="${ENCODED}"`],
  ['empty claims', 401, 'Bearer claims=""'],
  ['what is no JSON', 401, `Bearer claims="${Buffer.from('hello').toString('base64')}"`],
])('%s asks for none', (_, status, header) => {
  expect(asked(status, header)).toBeUndefined();
});
