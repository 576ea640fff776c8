import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { readAssets } from '../../src/report/assets.ts';
import type { ListedConfiguration } from '../../src/report/listed.ts';
import { buildPage } from '../../src/report/page.ts';
import { violationsOn } from './axe.ts';
import { hasBrowser, type Opened, openReport, SCREEN, startBrowser, textsOf } from './browser.ts';
import { configuration, unread } from './listings.ts';

const folder = mkdtempSync(join(tmpdir(), 'graph-overview-report-'));
const MARKUP = '<img src=x onerror=alert(1)>';

let browser: Browser;
let pages = 0;

async function opened(
  later: readonly ListedConfiguration[],
  earlier?: readonly ListedConfiguration[],
): Promise<Opened> {
  pages += 1;
  const file = join(folder, `page-${pages}.html`);
  const other = earlier === undefined ? undefined : { source: 'earlier', configurations: earlier };
  const input = { listing: { source: 'later', configurations: later }, earlier: other, now: 0 };
  writeFileSync(file, buildPage(input, readAssets()).html);
  return openReport(browser, file);
}

function many(length: number): ListedConfiguration[] {
  return Array.from({ length }, (_, index) =>
    index % 100 === 99
      ? unread(`id-${index}`)
      : configuration(`id-${index}`, {
          successCount: index,
          failedCount: index % 7,
          pendingCount: index % 13,
        }),
  );
}

const PHONE = { width: 390, height: 844 };

/** All kinds of content of a page. */
const MESSY: readonly ListedConfiguration[] = [
  configuration('worst', { failedCount: 40, errorCount: 2, successCount: 8 }),
  configuration('a', { failedCount: '12', errorCount: null, conflictCount: undefined, successCount: 4 }),
  unread('b', 'Graph does not permit this: no role'),
  configuration('c', { pendingCount: 9, conflictCount: 1, notApplicableCount: 3 }),
  configuration('d', { notApplicablePlatformCount: 3, failedCount: 1 }),
  configuration('e', { lastUpdateDateTime: 'soon', configurationVersion: null }),
];

/** Gives some configurations names with several lines. */
function withLongName(one: ListedConfiguration, index: number): ListedConfiguration {
  return index % 3 === 0
    ? { ...one, displayName: `${one.displayName} ${'of many words '.repeat(index % 20)}` }
    : one;
}

const names = (page: Page) => textsOf(page, '#rows > tr > th > bdi:first-child');

/** Moves the focus with the Tab key to the button with that text. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === text) return;
  }
  throw new Error(`the Tab key does not reach ${text}`);
}

async function waitForMatches(page: Page, start: string): Promise<void> {
  await page.waitForFunction(
    `document.getElementById('matches').textContent.startsWith(${JSON.stringify(start)})`,
  );
}

(hasBrowser ? describe : describe.skip)('the page in Chromium', () => {
  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);

  afterEach(async () => {
    // Keeps one page open: a browser without a page may exit.
    const [, ...rest] = await browser.pages();
    await Promise.all(rest.map((page) => page.close()));
  });

  afterAll(async () => {
    await browser?.close();
  }, 30_000);

  test('shows 5,000 configurations within two seconds, and draws only the visible ones', async () => {
    const { page, visibleAfter, errors } = await opened(many(5_000));
    expect(visibleAfter).toBeLessThan(2_000);
    expect((await names(page)).length).toBeLessThan(100);
    expect(await page.evaluate("document.getElementById('table').getAttribute('aria-rowcount')")).toBe(
      '5001',
    );
    await page.evaluate("scrollTo({ top: 1e9, behavior: 'instant' })");
    await page.waitForSelector('#rows > tr[aria-rowindex="5001"]');
    // The worst are first, and those that could not be read are last.
    expect((await names(page)).at(-1)).toBe('Configuration id-4999');
    expect(errors).toEqual([]);
  }, 60_000);

  test.each([SCREEN, PHONE])(
    'shows rows at any scroll position, %j',
    async (viewport) => {
      const { page } = await opened(many(2_000).map(withLongName));
      await page.setViewport(viewport);
      const atMiddle =
        "document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('#rows > tr') !== null";
      for (const share of [0.2, 0.9, 0.5, 0.501, 0.1]) {
        await page.evaluate(`scrollTo({ top: document.body.scrollHeight * ${share}, behavior: 'instant' })`);
        await page.waitForFunction(atMiddle);
      }
      expect((await names(page)).length).toBeLessThan(100);
    },
    60_000,
  );

  test('keeps visible rows in their position when rows above them are higher than estimated', async () => {
    const { page } = await opened(many(2_000).map(withLongName));
    await page.evaluate("scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })");
    await page.waitForFunction("document.querySelector('#rows > tr').ariaRowIndex > 500");
    const read = `(() => {
      const row = [...document.querySelectorAll('#rows > tr')].find((one) => one.getBoundingClientRect().top > 0);
      return [Number(row.getAttribute('aria-rowindex')), row.getBoundingClientRect().top];
    })()`;
    const [index, top] = (await page.evaluate(read)) as [number, number];
    for (let step = 0; step < 10; step += 1) {
      await page.evaluate("scrollBy({ top: -100, behavior: 'instant' })");
      await page.evaluate(TWO_FRAMES);
    }
    const now = await page.evaluate(
      `document.querySelector('#rows > tr[aria-rowindex="${index}"]').getBoundingClientRect().top`,
    );
    expect(Math.abs((now as number) - top - 1_000)).toBeLessThan(5);
  }, 60_000);

  test('prints every row', async () => {
    const { page } = await opened(many(1_000));
    const rows = (count: string) =>
      page.waitForFunction(`document.querySelectorAll('#rows > tr').length ${count}`);
    await page.emulateMediaType('print');
    await rows('=== 1000');
    await page.emulateMediaType('screen');
    await rows('< 100');
    const small = await opened(many(120));
    const drawn = `window.most = 0; addEventListener('beforeprint', () => {
      window.most = document.querySelectorAll('#rows > tr').length; });`;
    await small.page.evaluate(drawn);
    const pdf = await small.page.pdf({ timeout: 30_000 });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(await small.page.evaluate('window.most')).toBe(120);
  }, 90_000);

  test('can be sorted with the keyboard', async () => {
    const { page } = await opened([
      configuration('a', { failedCount: 2 }),
      configuration('b', { failedCount: 10 }),
      unread('c'),
    ]);
    const sortedBy = async () =>
      (await page.evaluate(
        "[...document.querySelectorAll('[aria-sort]')].map((one) => [one.textContent, one.getAttribute('aria-sort')])",
      )) as string[][];
    expect(await sortedBy()).toEqual([]);
    expect(await names(page)).toEqual(['b', 'a', 'c'].map((id) => `Configuration ${id}`));
    await tabTo(page, 'Failed');
    await page.keyboard.press('Enter');
    expect(await sortedBy()).toEqual([['Failed', 'descending']]);
    expect(await names(page)).toEqual(['b', 'a', 'c'].map((id) => `Configuration ${id}`));
    await page.keyboard.press('Enter');
    expect(await sortedBy()).toEqual([['Failed', 'ascending']]);
    expect(await names(page)).toEqual(['a', 'b', 'c'].map((id) => `Configuration ${id}`));
    await waitForMatches(page, '3 of 3 rows, sorted by Failed, ascending');
    // Values without a column are in the list of sort keys.
    await page.focus('#sort');
    await page.keyboard.type('Type');
    await waitForMatches(page, '3 of 3 rows, sorted by Type, ascending');
    expect(await sortedBy()).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await waitForMatches(page, '3 of 3 rows, sorted by Type, descending');
  }, 60_000);

  test('can be filtered with the keyboard, and reports the number of matching rows', async () => {
    const { page } = await opened(many(300));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.labels[0].textContent')).toBe(
      'Filter by name, id or type',
    );
    await page.keyboard.type('ID-29 custom');
    await waitForMatches(page, '10 of 300 rows');
    expect(await page.evaluate("document.getElementById('matches').getAttribute('role')")).toBe('status');
    await page.keyboard.press('Escape');
    await waitForMatches(page, '300 of 300 rows');
    await page.keyboard.press('Tab');
    await page.keyboard.type('could');
    await waitForMatches(page, '3 of 300 rows');
    expect(await textsOf(page, '.is-error')).toContain('✗ Could not be read: no such thing');
  }, 60_000);

  test('shows markup of the tenant as text, and sends no requests', async () => {
    const listing = [
      { ...configuration(MARKUP, {}, MARKUP), '@odata.type': `#microsoft.graph.${MARKUP}` },
      configuration('b', {}, '</script><script>alert(2)</script>'),
      configuration('c', {}, 'invoice\u202egpj.exe\u0007'),
      unread('d', MARKUP),
    ];
    const { page, requests, errors } = await opened(listing);
    expect(await names(page)).toEqual(
      expect.arrayContaining([MARKUP, '</script><script>alert(2)</script>', 'invoice\\u{202e}gpj.exe\\u{7}']),
    );
    expect(await page.evaluate("document.querySelectorAll('img').length")).toBe(0);
    expect(requests).toEqual([page.url()]);
    expect(errors).toEqual([]);
    // The policy prevents even the script of the page from loading anything.
    const answer = await page.evaluate("fetch('https://example.com/').then(() => 'sent', () => 'refused')");
    expect(answer).toBe('refused');
    expect(requests).toEqual([page.url()]);
  }, 60_000);

  test('starts a comparison with the changes', async () => {
    const { page } = await opened(
      [
        configuration('same'),
        configuration('new', { pendingCount: 9 }),
        configuration('moved', { failedCount: 2 }),
      ],
      [
        configuration('same'),
        configuration('gone', { pendingCount: 3 }),
        configuration('moved', { failedCount: 5 }),
      ],
    );
    expect(await names(page)).toEqual(['moved', 'new', 'gone', 'same'].map((id) => `Configuration ${id}`));
    expect(await textsOf(page, '#rows > tr:first-child .change')).toEqual(['−3', '−3']);
    expect(await textsOf(page, '.is-state .line:first-child')).toEqual([
      ...['≠ changed', '+ added', '− removed', '= unchanged'],
    ]);
  }, 60_000);

  test.each([360, 390, 1280, 1920])(
    'truncates nothing at %i pixels, and does not scroll horizontally',
    async (width) => {
      const most = {
        pendingCount: 123_456,
        successCount: 7_654_321,
        failedCount: 1_234_567,
        errorCount: 12_345,
      };
      const name =
        'Brand-new_configuration_with_a_very_long_name_without_any_spaces_in_it_as_some_people_like_them';
      const now = [configuration('a', most, name), unread('b', 'x'.repeat(300)), configuration('c', most)];
      for (const earlier of [undefined, [configuration('a'), configuration('gone', most)]]) {
        const { page } = await opened(now, earlier);
        await page.setViewport({ width, height: 900 });
        await page.evaluate(TWO_FRAMES);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await page.evaluate(CUT)).toEqual([]);
        const cards = await page.evaluate("document.getElementById('table').classList.contains('cards')");
        expect(cards).toBe(width < 1_000);
      }
    },
    60_000,
  );

  test('is a table on a screen, and has a card for each configuration with all counts on a phone', async () => {
    const { page } = await opened([configuration('a', { successCount: 123_456, failedCount: 654_321 })]);
    const cards = "document.getElementById('table').classList.contains('cards')";
    expect(await page.evaluate(cards)).toBe(false);
    await page.setViewport(PHONE);
    await page.waitForFunction(cards);
    const labels = (await page.evaluate(`[...document.querySelectorAll('#rows .is-number')].map((one) =>
      [one.dataset.label, one.textContent, one.getBoundingClientRect().right < innerWidth])`)) as unknown[];
    expect(labels).toEqual([
      ['Devices', '777,777', true],
      ['Success', '123,456', true],
      ['Pending', '0', true],
      ['Error', '0', true],
      ['Failed', '654,321', true],
      ['Conflict', '0', true],
      ['Not applicable', '0', true],
      ['Not applicable (platform)', '0', true],
      ['Version', '1', true],
    ]);
  }, 60_000);

  test('breaks types and ids between words', async () => {
    const { page } = await opened([
      {
        ...configuration('5a3b1c00-0b1e-4d5a-9c3e-000000000001'),
        '@odata.type': '#microsoft.graph.windows81SCEPCertificateProfile',
      },
    ]);
    const parts = (selector: string) => page.$eval(selector, (one) => one.innerHTML.split('<wbr>'));
    expect(await parts('#rows .type')).toEqual(['windows81', 'SCEP', 'Certificate', 'Profile']);
    expect(await parts('#rows .id')).toEqual(['5a3b1c00-', '0b1e-', '4d5a-', '9c3e-', '000000000001']);
  }, 60_000);

  test('shows counts that are not numbers as received, and an incomplete number of devices', async () => {
    const { page } = await opened([
      configuration('a', { successCount: 5, failedCount: '12', errorCount: null, conflictCount: undefined }),
      configuration('b', { failedCount: 3 }),
    ]);
    const cells = await textsOf(page, '#rows > tr:nth-child(2) > td');
    expect(cells.slice(0, 8)).toEqual([
      'number of devices unknown',
      '5 + ?',
      '5',
      '0',
      'null',
      '"12"',
      '–',
      '0',
    ]);
  }, 60_000);

  describe.each(['light', 'dark'])('has no violations of axe-core in the %s scheme', (scheme) => {
    test.each([
      ['for a tenant', SCREEN, false],
      ['for a comparison', SCREEN, true],
      ['for a tenant on a phone', PHONE, false],
      ['for a comparison on a phone', PHONE, true],
    ])(
      '%s',
      async (_, viewport, compared) => {
        const { page } = await opened(
          MESSY,
          compared ? [...MESSY.slice(2), configuration('gone')] : undefined,
        );
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.setViewport(viewport);
        expect(await violationsOn(page)).toEqual([]);
      },
      60_000,
    );
  });

  test('has a violation of axe-core after a label is removed', async () => {
    const { page } = await opened(MESSY);
    await page.evaluate("document.querySelector('#filter').labels[0].remove()");
    expect(await violationsOn(page)).toEqual([expect.stringMatching(/^label: <input id="filter"/)]);
  }, 60_000);

  test('fits a phone, and wider tables can be scrolled with the keyboard', async () => {
    const many = { pendingCount: 1_234_567, successCount: 1_234_567, failedCount: 1_234_567 };
    const { page } = await opened([configuration('a', many)], [configuration('b', many)]);
    await page.setViewport({ width: 360, height: 800 });
    await page.evaluate(TWO_FRAMES);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.focus('.sideways');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(`document.querySelector('.sideways').scrollLeft > 0`);
  }, 60_000);

  test('shows the summary and the chart without its script', async () => {
    const { page } = await opened([configuration('a', { successCount: 3, errorCount: 1 })]);
    await page.setJavaScriptEnabled(false);
    await page.reload();
    expect(await page.$eval('noscript', (one) => one.textContent)).toContain('requires JavaScript');
    const labels = await page.$$eval('svg.bar', (bars) => bars.map((bar) => bar.getAttribute('aria-label')));
    expect(labels).toEqual(['Device states of the whole tenant: Success 75.0 %, Error 25.0 %']);
    expect(await page.$eval('#listing', (one) => one.checkVisibility())).toBe(false);
  }, 60_000);

  test.each(['light', 'dark'])(
    'has enough contrast in the %s scheme',
    async (scheme) => {
      const { page } = await opened([configuration('a', { failedCount: 1 }), unread('b')]);
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      const ratios = (await page.evaluate(CONTRASTS)) as Record<string, number>;
      for (const [selector, ratio] of Object.entries(ratios)) {
        // Text needs 4.5, graphical objects 3 (WCAG 1.4.3, 1.4.11).
        const least = selector.startsWith('rect') ? 3 : 4.5;
        expect([selector, Math.min(ratio, least)]).toEqual([selector, least]);
      }
      expect(Object.keys(ratios)).toHaveLength(12);
    },
    60_000,
  );
});

/** Waits until the layout of the page is updated. */
const TWO_FRAMES =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))';

/** Cells whose content overflows, or that extend beyond the window. */
const CUT = `[...document.querySelectorAll('th, td, dd, p')]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).clipPath === 'none' && one.closest('.space, .sideways, caption') === null)
  .filter((one) => one.scrollWidth > Math.ceil(one.clientWidth) + 1 || one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.className + ': ' + one.textContent)`;

/** Contrast ratios with the background of the page, by selector, calculated in the page. */
const CONTRASTS = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (text) => {
    const [r, g, b] = rgb(text).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = getComputedStyle(document.body).backgroundColor;
  const found = {};
  for (const selector of ['h1', '.source', '.id', '.is-error', '.figures dt']) {
    found[selector] = ratio(getComputedStyle(document.querySelector(selector)).color, ground);
  }
  for (const rect of document.querySelectorAll('pattern rect')) {
    found['rect.' + rect.getAttribute('class')] = ratio(getComputedStyle(rect).fill, ground);
  }
  return found;
})()`;
