import { describe, expect, test } from '@jest/globals';
import { matchBeginning, matchDamaged, matchName } from '../../src/overview/match-name.ts';

const all = (...names: string[]) => names.map((displayName, index) => ({ id: `c${index}`, displayName }));

describe('a name matches', () => {
  test.each([
    ['Gerät', ['Gerät', 'Geräte'], ['Gerät']],
    ['VPN', ['vpn', 'VPN', 'Vpn'], ['VPN']],
    ['VPN', ['vpn', 'Vpn'], ['vpn', 'Vpn']],
    ['VPN', ['VPN', 'VPN', 'vpn'], ['VPN', 'VPN']],
    // An umlaut as one character, and as a letter with a combining mark.
    ['Ger\u00e4t', ['Gera\u0308t'], ['Gera\u0308t']],
    ['Gera\u0308t', ['Ger\u00e4t', 'Gerat'], ['Ger\u00e4t']],
    ['GER\u00c4T', ['Gera\u0308t'], ['Gera\u0308t']],
    ['VPN', ['VPN ', 'VPN A'], []],
    ['Ger?t', ['Gerät'], []],
    // The upper case of ß is SS, but names are compared in lower case.
    ['STRASSE', ['Straße'], []],
  ])('%j among %j as %j', (name, names, meant) => {
    expect(matchName(name, all(...names)).map(({ displayName }) => displayName)).toEqual(meant);
  });
});

test.each([
  ['vpn', ['VPN A', 'A VPN', 'vpn'], ['VPN A', 'vpn']],
  ['C1', ['x', 'y', 'C1 of z'], ['y', 'C1 of z']],
  ['c', ['x', 'y'], ['x', 'y']],
  ['1', ['x', 'y'], []],
  ['Gera\u0308', ['Ger\u00e4te', 'Gerat'], ['Ger\u00e4te']],
])('the beginning %j matches of %j: %j', (beginning, names, meant) => {
  expect(matchBeginning(beginning, all(...names)).map(({ displayName }) => displayName)).toEqual(meant);
});

test.each([
  ['Ger?t', ['Gerät', 'Gerot', 'Gerte', 'Gerüt'], ['Gerät', 'Gerüt']],
  ['Mac ? ????', ['Mac – 制限プロ', 'Mac – 制限'], ['Mac – 制限プロ']],
  // An emoji has two UTF-16 code units.
  ['?? Kiosk', ['😀 Kiosk', 'é Kiosk'], ['😀 Kiosk']],
  ['Ger\ufffdt', ['Gerät'], ['Gerät']],
  ['Gera?t', ['Gerät'], ['Gerät']],
  ['What?', ['What?', 'Whatä'], ['Whatä']],
  ['Ger?', ['Gerät'], []],
  ['Ger?t', ['Ger\u007ft', 'Ger\u0080t'], ['Ger\u0080t']],
  ['ger?t', ['Gerät'], []],
  ['Gerät', ['Gerät'], []],
])('%j, damaged by a code page, matches of %j: %j', (name, names, meant) => {
  expect(matchDamaged(name, all(...names)).map(({ displayName }) => displayName)).toEqual(meant);
});
