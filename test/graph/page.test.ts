import { describe, expect, test } from '@jest/globals';
import { describeBody, isFromGateway } from '../../src/graph/page.ts';

const incoming = (text: string, headers: Record<string, string>, status: number) => ({
  status,
  headers,
  text,
});
const X = 'x'.repeat(118);

describe('an answer is from a gateway', () => {
  test.each<[boolean, string, Record<string, string>, number]>([
    [true, 'no', {}, 407],
    [true, 'no', { 'content-type': 'text/plain' }, 502],
    [true, '\n <error>', {}, 502],
    [false, '\n <error>', { 'request-id': 'r' }, 502],
    [false, 'no', {}, 502],
    [false, 'no', { 'content-type': 'text/json' }, 502],
    [false, 'no', { 'content-type': 'application/x; profile=text/plain' }, 502],
    [false, '{"a":1}', { 'content-type': 'text/plain' }, 502],
    [false, ' \n', { 'content-type': 'text/html' }, 502],
  ])('%p: %j with %j', (expected, text, headers, status) => {
    expect(isFromGateway(incoming(text, headers, status))).toBe(expected);
  });
});

describe('a body that is not from Graph is described', () => {
  test.each<[string, Record<string, string>, string]>([
    ['', {}, 'an empty body'],
    [' ', {}, 'an empty body'],
    ['hello', {}, 'a body that is not JSON: "hello"'],
    ['x'.repeat(81), {}, `a body that is not JSON: "${'x'.repeat(80)}"`],
    ['hello', { 'content-type': 'text/html; charset=utf-8' }, 'an HTML page'],
    ['<!DOCTYPE html>', {}, 'an HTML page'],
    [' <html>', {}, 'an HTML page'],
    ['x <html>', {}, 'a body that is not JSON: "x <html>"'],
    ['<html><title lang="en"> Sign in </title>', {}, 'an HTML page (Sign in)'],
    ['<html><title> </title>', {}, 'an HTML page'],
    [`<html><title>${'x'.repeat(121)}</title>`, {}, `an HTML page (${'x'.repeat(120)})`],
    [`<html>${' '.repeat(4_096)}<title>late</title>`, {}, 'an HTML page'],
    ['<!doctype \n html>', {}, 'an HTML page'],
    [`<!--${'-'.repeat(4_096)}--><html>`, {}, `a body that is not JSON: "<!--${'-'.repeat(76)}"`],
    [`<html><title> ${X}abcd</title>`, {}, `an HTML page (${X}ab)`],
    [`<html><title>${X}a b</title>`, {}, `an HTML page (${X}a)`],
    [
      '<html><title>&quot;A&quot;&nbsp;&amp;&nbsp;&#39;B&#39; &lt;c&gt; &apos;d&apos; &euro;</title>',
      {},
      `an HTML page ("A" & 'B' <c> 'd' &euro;)`,
    ],
  ])('%j with %j: %s', (text, headers, expected) => {
    expect(describeBody(incoming(text, headers, 200))).toBe(expected);
  });
});
