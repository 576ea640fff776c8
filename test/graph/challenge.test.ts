import { expect, test } from '@jest/globals';
import { claimsChallenge } from '../../src/graph/challenge.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true}},"words":"ä"}';
const encoded = (text: string) => Buffer.from(text).toString('base64');

function answer(header: string | undefined, status = 401) {
  return { status, headers: header === undefined ? {} : { 'www-authenticate': header }, text: '' };
}

test.each([
  ['only claims', `Bearer claims="${encoded(CLAIMS)}"`],
  [
    'with other parameters',
    `Bearer realm="", error="insufficient_claims", claims="${encoded(CLAIMS)}", x="y"`,
  ],
  ['in upper case', `Bearer CLAIMS="${encoded(CLAIMS)}"`],
])('the claims of a 401 are read: %s', (_, header) => {
  expect(claimsChallenge(answer(header))).toBe(CLAIMS);
});

test.each([
  ['another status', answer(`Bearer claims="${encoded(CLAIMS)}"`, 403)],
  ['no such header', answer(undefined)],
  ['no claims', answer('Bearer realm=""')],
  ['empty claims', answer('Bearer claims=""')],
  ['a parameter that ends with claims', answer(`Bearer old_claims="${encoded(CLAIMS)}"`)],
  ['claims that are not JSON', answer(`Bearer claims="${encoded('{"access_token":')}"`)],
])('is not a claims challenge: %s', (_, incoming) => {
  expect(claimsChallenge(incoming)).toBeUndefined();
});
