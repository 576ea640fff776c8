import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ListedConfiguration } from '../../src/report/listed.ts';
import { buildPage, type Page } from '../../src/report/page.ts';
import type { PageData } from '../../src/report/page-data.ts';
import { ZEROS } from '../support/zeros.ts';
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

function sectionsOf({ html }: Page): string[] {
  return [...html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, title = '']) => title);
}

function sectionOf({ html }: Page, id: string): string {
  return new RegExp(`<section aria-labelledby="${id}">.*?</section>`, 's').exec(html)?.[0] ?? '';
}

/** The visible text of markup. */
function textOf(markup: string): string {
  const visible = markup.replaceAll(/<(style|script|title|svg)\b.*?<\/\1>/gs, '').replaceAll('<wbr>', '');
  return visible
    .replaceAll(/<\/?(?:strong|bdi)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('the page', () => {
  test('has totals, and configurations that could not be read', () => {
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
      lacking: [false, false, false, false, false, false, false],
      incomplete: 0,
      maybeWithProblems: 0,
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

  test('starts with the configurations with most failures and errors, by number and by share', () => {
    const page = pageOf([
      configuration('big', { successCount: 960, errorCount: 30, failedCount: 10 }),
      configuration('small', { failedCount: 3, successCount: 1 }),
      configuration('odd', { failedCount: 50, errorCount: '7' }),
      configuration('fine', { successCount: 5, conflictCount: 4 }),
    ]);
    expect(sectionsOf(page)).toEqual(['Needs attention', 'Summary', 'Device states', 'Configurations']);
    const text = textOf(sectionOf(page, 'worst'));
    expect(text).toContain(
      'Most devices with failures or errors Configuration Error Failed Share ' +
        'Configuration odd odd "7" 50 – 50 + ? of ? ' +
        'Configuration big big 30 10 4.0 % 40 of 1,000 ' +
        'Configuration small small 0 3 75.0 % 3 of 4 ',
    );
    expect(text).toContain(
      'Highest share of failures and errors Configuration Error Failed Share ' +
        'Configuration small small 0 3 75.0 % 3 of 4 ' +
        'Configuration big big 30 10 4.0 % 40 of 1,000',
    );
    expect(text).not.toContain('fine');
  });

  test('starts with five of each, and with configurations that could not be read', () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      configuration(`f${index}`, { failedCount: index + 1 }),
    );
    const unreadable = Array.from({ length: 12 }, (_, index) => unread(`u${index}`, `refused ${index}`));
    const text = textOf(sectionOf(pageOf([...many, ...unreadable]), 'worst'));
    expect(text.match(/of \d+/g)).toHaveLength(10);
    expect(text).toContain('Could not be read: 12 Configuration Error Configuration u0 u0 refused 0');
    expect(text).toContain('Configuration u9 u9 refused 9 and 2 more in the table below');
  });

  test('reports that a tenant has no problems', () => {
    const page = pageOf([configuration('a', { successCount: 5 })]);
    expect(textOf(sectionOf(page, 'worst'))).toBe(
      'Needs attention No configuration has devices with failures or errors.',
    );
  });

  test.each([
    ['a string', '12', '"\\"12\\""'],
    ['null', null, '"null"'],
    ['missing', undefined, '""'],
    ['negative', -3, '"-3"'],
    ['a fraction', 1.5, '"1.5"'],
  ])('has a count that is %s as received, and incomplete totals', (_, failedCount, shown) => {
    const page = pageOf([
      configuration('a', { failedCount, successCount: 5 }),
      configuration('b', { failedCount: 2 }),
    ]);
    expect(page.totals).toMatchObject({ devices: 7, incomplete: 1, withProblems: 1, maybeWithProblems: 1 });
    expect(JSON.stringify(dataOf(page).rows[0]?.counts?.[3])).toBe(shown);
    const text = textOf(page.html);
    expect(text).toContain('Device states 7 + ? counts of 1 configuration are missing or invalid');
    expect(text).toContain('Success – of all device states');
    expect(text).toContain('With problems 1 + ?');
    expect(text).toContain('Failed 2 + ? – ');
    expect(text).toContain('All 7 + ? ');
    expect(text).toMatch(/Pending 0 – /);
    expect(page.html).toContain('; based on the known counts"');
  });

  test('has a count that other overviews have as missing', () => {
    const page = pageOf([
      configuration('a', { successCount: 1 }),
      configuration('b', { notApplicablePlatformCount: undefined, conflictCount: undefined }),
    ]);
    expect(page.totals).toMatchObject({ devices: 1, incomplete: 1 });
    expect(textOf(page.html)).toContain('Conflict 0 + ? – ');
  });

  test('omits counts that v1.0 does not have', () => {
    const overview = { ...ZEROS, pendingCount: 1, successCount: 2 };
    const page = pageOf([{ deviceConfigurationId: 'a', displayName: 'A', '@odata.type': null, overview }]);
    expect(dataOf(page).series.map(({ name }) => name)).toEqual([
      ...['successCount', 'pendingCount', 'errorCount', 'failedCount', 'notApplicableCount'],
    ]);
    expect(dataOf(page).rows[0]?.counts).toEqual([2, 1, 0, 0, 0]);
    expect(page.totals.incomplete).toBe(0);
  });

  test('can be empty', () => {
    const page = pageOf([]);
    expect(page.html).toContain('Device states of the whole tenant: no devices');
    expect(page.html).not.toContain('NaN');
  });

  test('escapes markup in text of the tenant', () => {
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

  test('permits only its script and style, by hash', () => {
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

  test('has the state of each configuration', () => {
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

  test('has the totals of both listings, and the number of configurations whose count increased or decreased', () => {
    expect(page.movements?.before).toMatchObject({ configurations: 5, failed: 1, devices: 25 });
    expect(page.totals).toMatchObject({ configurations: 5, failed: 1, devices: 21 });
    expect(page.movements?.increased).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect(page.movements?.decreased).toEqual([1, 0, 0, 1, 0, 0, 0]);
    expect(page.html).toContain('<td>20</td><td>15</td><td>−5</td><td>1</td><td>1</td>');
  });

  test('ignores counts that v1.0 does not have', () => {
    const old = { ...configuration('a'), overview: { ...ZEROS, successCount: 1 } };
    const page = pageOf([configuration('a', { successCount: 1 })], [old]);
    expect(page.movements?.states.same).toBe(1);
    expect(page.movements?.before.incomplete).toBe(0);
  });

  test.each([
    ['a string', { failedCount: '4' }, { failedCount: 4 }, 'unknown'],
    ['null', { failedCount: 4 }, { failedCount: null }, 'unknown'],
    ['missing', { failedCount: undefined }, { failedCount: 0 }, 'unknown'],
    ['the same string', { failedCount: '4' }, { failedCount: '4' }, 'same'],
    [
      'a string, with a change of another count',
      { failedCount: '4', errorCount: 1 },
      { failedCount: 4 },
      'changed',
    ],
  ] as const)('handles a count that is %s', (_, before, now, state) => {
    const page = pageOf([configuration('a', now)], [configuration('a', before)]);
    expect(dataOf(page).rows[0]?.state).toBe(state);
  });

  test('starts with the changes: configurations with more and with fewer failures and errors', () => {
    expect(sectionsOf(page)).toEqual([
      'Changes',
      'Needs attention',
      'Summary',
      'Device states',
      'Configurations',
    ]);
    const text = textOf(sectionOf(page, 'changed'));
    expect(text).toContain('Changed 1 configurations with changed counts Added 1');
    expect(text).toContain('More devices with failures or errors: none');
    expect(text).toContain(
      'Fewer devices with failures or errors Configuration Before Now Change Configuration moved moved 5 2 −3',
    );
    expect(text).toContain('Added: Configuration new Removed: Configuration gone');
  });

  test('sorts by the increase of failures, including new configurations, and omits what cannot be compared', () => {
    const ranked = pageOf(
      [
        configuration('a', { failedCount: 3 }),
        configuration('b', { errorCount: 9, failedCount: 1 }),
        configuration('new', { failedCount: 5 }),
        configuration('odd', { failedCount: '99' }),
        ...Array.from({ length: 5 }, (_, index) => configuration(`c${index}`, { failedCount: 1 })),
      ],
      [
        configuration('a', { failedCount: 1 }),
        configuration('b'),
        configuration('odd', { failedCount: 1 }),
        configuration('gone', { failedCount: 100 }),
        ...Array.from({ length: 5 }, (_, index) => configuration(`c${index}`)),
      ],
    );
    const text = textOf(sectionOf(ranked, 'changed'));
    expect(text).toContain(
      'Change Configuration b b 0 10 +10 Configuration new new new 5 +5 Configuration a a 1 3 +2 ' +
        'Configuration c0 c0 0 1 +1 Configuration c1 c1 0 1 +1 and 3 more in the table below',
    );
    expect(text).not.toContain('odd');
    expect(text).toContain('Fewer devices with failures or errors: none');
  });

  test('reports that nothing changed', () => {
    const same = pageOf([configuration('a', { failedCount: 1 })], [configuration('a', { failedCount: 1 })]);
    expect(textOf(sectionOf(same, 'changed'))).toContain(
      'No configuration has more or fewer devices with failures or errors than before.',
    );
  });
});
