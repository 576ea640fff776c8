// Takes the screenshots of the report, and of a report of changes, from the mock Graph: on a phone, on two desktop screens,
// and printed.
//   node docs/screens/report.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer-core';

const binary = fileURLToPath(new URL('../../bin/graph-overview.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'graph-overview-screens-'));

/** The changes in the mock Graph since the listing with which the page is compared. */
const CHANGES = [
  ['000000000012', '--failed', '1198', '--success', '40877'],
  ['000000000013', '--error', '12', '--success', '12316'],
  ['00000000000b', '--error', '0', '--pending', '0', '--success', '4299'],
  ['000000000001', '--pending', '12', '--success', '5011'],
];

/** The page, the size of the window in pixels, the colour scheme, and the element at which the screenshot begins. */
const PICTURES = {
  'report-1280-light': { page: 'report', width: 1280, height: 1100, scheme: 'light' },
  'report-1280-dark': { page: 'changes', width: 1280, height: 1100, scheme: 'dark' },
  'report-1920-light': {
    page: 'changes',
    width: 1920,
    height: 1100,
    scheme: 'light',
    from: '#configurations',
  },
  'report-390-light': { page: 'report', width: 390, height: 844, scheme: 'light' },
  'report-390-dark': { page: 'report', width: 390, height: 844, scheme: 'dark', from: '#configurations' },
  // A4 landscape without margins.
  'report-print': { page: 'report', width: 1031, height: 703, scheme: 'light', print: true },
};

const run = (...args) =>
  execFileSync(process.execPath, [binary, ...args, '--local'], {
    env: { ...process.env, GRAPH_OVERVIEW_STATE: join(folder, 'state') },
    encoding: 'utf8',
    cwd: folder,
  });

const browser = await launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  writeFileSync(join(folder, 'before.json'), run('list', '-o', 'json'));
  run('report', '--out', 'report.html', '-q');
  for (const [id, ...counts] of CHANGES) {
    run('patch', `5a3b1c00-0b1e-4d5a-9c3e-${id}`, ...counts, '-o', 'none', '-q');
  }
  run('report', '--compare', 'before.json', '--out', 'changes.html', '-q');
  for (const [name, { page: file, width, height, scheme, from, print = false }] of Object.entries(PICTURES)) {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.emulateMediaType(print ? 'print' : 'screen');
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(`file://${join(folder, `${file}.html`)}`);
    await page.waitForSelector('#rows > tr');
    await page.waitForFunction("document.getElementById('matches').textContent !== ''");
    if (from !== undefined) {
      await page.evaluate(
        `document.querySelector('${from}').scrollIntoView({ behavior: 'instant', block: 'start' })`,
      );
    }
    const path = fileURLToPath(new URL(`${name}.webp`, import.meta.url));
    await page.screenshot({ path, type: 'webp', quality: 80 });
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
