import { describe, expect, test } from '@jest/globals';
import { nearestNames } from '../../src/overview/nearest-word.ts';

describe('the nearest names', () => {
  test.each([
    // Names that start with the text first, and the shorter one of two.
    ['vpn', ['A VPN', 'VPN Berlin', 'VPN', 'VPN B'], ['VPN', 'VPN B', 'VPN Berlin']],
    ['vpn', ['VPN', 'A VPN', 'VPN B'], ['VPN', 'VPN B', 'A VPN']],
    // The position of the text in a name does not matter.
    ['vpn', ['A VPN Berlin', 'The VPN'], ['The VPN', 'A VPN Berlin']],
    // Similar names follow, the most similar one first.
    ['mail', ['maxx', 'mall', 'Old mail', 'Mail Berlin'], ['Mail Berlin', 'Old mail', 'mall']],
    ['kiosk', ['koisk', 'kiosj', 'kxoxk'], ['kiosj', 'koisk', 'kxoxk']],
    ['VPN', ['vpn Berlin Mitte'], ['vpn Berlin Mitte']],
    ['vpn', ['VPN Berlin Mitte'], ['VPN Berlin Mitte']],
    // Two letters are part of too many names.
    ['vp', ['A VPN Berlin'], []],
    ['', ['VPN'], []],
    ['vpn', [], []],
    // Up to half of the characters can be wrong or missing.
    ['abxx', ['abcd'], ['abcd']],
    ['axxx', ['abcd'], []],
    ['ab', ['abcd'], ['abcd']],
    ['ab', ['abcde'], []],
    ['abcdxxxx', ['abcd'], ['abcd']],
    ['abcdxxxxx', ['abcd'], []],
    ['VPN', ['VPN', 'VPN'], ['VPN']],
    // A letter with a combining mark is the same as one character.
    ['Gera\u0308t', ['Ger\u00e4t im Lager'], ['Ger\u00e4t im Lager']],
    ['Ger\u00e4t', ['Gera\u0308t im Lager'], ['Gera\u0308t im Lager']],
  ])('to %j of %j are %j', (wrong, names, nearest) => {
    expect(nearestNames(wrong, names)).toEqual(nearest);
  });

  test('are as many as requested', () => {
    const names = ['VPN D', 'VPN C', 'VPN A', 'VPN B'];
    expect(nearestNames('vpn', names, 1)).toEqual(['VPN D']);
    expect(nearestNames('vpn', names, 4)).toEqual(names);
  });
});
