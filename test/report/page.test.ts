import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ListedConfiguration } from '../../src/report/listed.ts';
import { buildPage, type Page } from '../../src/report/page.ts';
import type { PageData } from '../../src/report/page-data.ts';
import { configuration, unread } from './listings.ts';

const ASSETS = { script: 'start();', style: 'p{}' };

function pageOf(later: readonly ListedConfiguration[], earlier?: readonly ListedConfiguration[]): Page {
  const listing = { source: 'later', configurations: later };
  const other = earlier === undefined ? undefined : { source: 'earlier', configurations: earlier };
  return buildPage({ listing, earlier: other, now: 0 }, ASSETS);
}

function dataOf({ html }: Page): PageData {
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}

describe('the page', () => {
  test('sums up what was read, and says what was not', () => {
    const page = pageOf([
      configuration('a', { successCount: 90, pendingCount: 5 }),
      configuration('b', { successCount: 1, failedCount: 4 }),
      unread('c'),
    ]);
    expect(page.totals).toEqual({
      configurations: 3,
      failed: 1,
      withProblems: 1,
      devices: 100,
      counts: [91, 5, 0, 4, 0, 0, 0],
      incomplete: 0,
    });
    expect(page.html).toContain(
      'Device states of the whole tenant: Success 91.0 %, Pending 5.0 %, Failed 4.0 %',
    );
    expect(dataOf(page).rows[2]).toEqual({
      id: 'c',
      name: 'Configuration c',
      type: '',
      error: 'no such thing',
    });
  });

  test('leaves out the counts that v1.0 does not have', () => {
    const overview = { pendingCount: 1, successCount: 2 };
    const page = pageOf([{ deviceConfigurationId: 'a', displayName: 'A', '@odata.type': null, overview }]);
    expect(dataOf(page).series.map(({ name }) => name)).toEqual(['successCount', 'pendingCount']);
    expect(dataOf(page).rows[0]?.counts).toEqual([2, 1]);
  });

  test('of an empty tenant', () => {
    const page = pageOf([]);
    expect(page.html).toContain('Device states of the whole tenant: no devices');
    expect(page.html).not.toContain('NaN');
  });

  test('holds no text of a tenant as markup', () => {
    const evil = '</script><!--<script>\u2028\u202e\u0000\ud800<img src=x>';
    const listing = [{ ...configuration(evil, {}, evil), '@odata.type': evil }, unread('x', evil)];
    const { html } = buildPage(
      { listing: { source: evil, configurations: listing }, earlier: undefined, now: 0 },
      ASSETS,
    );
    expect(html).not.toMatch(/<img|<!--|[\u2028\u202e\u0000\ud800]/u);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toContain('&lt;img src=x&gt;');
  });

  test('permits its own script and style by hash, and nothing else', () => {
    const { html } = pageOf([]);
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
    expect(style).toContain(ASSETS.style);
    expect(style).toContain('--failedCount: #a40e26;');
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; script-src 'sha256-${hash(ASSETS.script)}'; style-src 'sha256-${hash(style)}'; ` +
        "base-uri 'none'; form-action 'none'",
    );
    expect(html).not.toMatch(/ style=| on\w+=|https?:\/\//);
  });
});

describe('a comparison', () => {
  const earlier = [
    configuration('same', { successCount: 1 }),
    configuration('MOVED', { successCount: 10, failedCount: 5 }, 'Former name'),
    configuration('gone', { successCount: 7 }),
    configuration('lost', { successCount: 2 }),
    unread('back'),
  ];
  const later = [
    configuration('same', { successCount: 1 }),
    configuration('moved', { successCount: 13, failedCount: 2 }),
    configuration('new', { pendingCount: 4 }),
    unread('lost'),
    configuration('back', { successCount: 1 }),
  ];
  const page = pageOf(later, earlier);

  test('says what became of each configuration', () => {
    expect(page.movements?.states).toEqual({ changed: 1, added: 1, removed: 1, same: 1, unknown: 2 });
    expect(dataOf(page).rows.map(({ id, state }) => [id, state])).toEqual([
      ['same', 'same'],
      ['moved', 'changed'],
      ['new', 'added'],
      ['lost', 'unknown'],
      ['back', 'unknown'],
      ['gone', 'removed'],
    ]);
    expect(dataOf(page).rows[1]).toMatchObject({
      formerName: 'Former name',
      counts: [13, 0, 0, 2, 0, 0, 0],
      before: [10, 0, 0, 5, 0, 0, 0],
    });
  });

  test('sums up both listings and on how many configurations a count rose or fell', () => {
    expect(page.movements?.before).toMatchObject({ configurations: 5, failed: 1, devices: 25 });
    expect(page.totals).toMatchObject({ configurations: 5, failed: 1, devices: 21 });
    expect(page.movements?.rose).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(page.movements?.fell).toEqual([1, 0, 0, 1, 0, 0, 0]);
    expect(page.html).toContain('<td>20</td><td>15</td><td>−5</td><td>1</td><td>1</td>');
  });

  test('takes a count that only one side has for nothing', () => {
    const old = { ...configuration('a'), overview: { successCount: 1 } };
    expect(pageOf([configuration('a', { successCount: 1 })], [old]).movements?.states.same).toBe(1);
  });
});
