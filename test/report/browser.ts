import { existsSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer-core';

/** Where Debian's package puts it; another one may be named. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Milliseconds that starting the browser, and opening a page, may take. */
const PATIENCE = 30_000;

/** Without a browser its tests are skipped. */
export const hasBrowser = existsSync(CHROMIUM);

export async function startBrowser(): Promise<Browser> {
  const { launch } = await import('puppeteer-core');
  return launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: PATIENCE });
}

/** Pixels of a usual screen. */
export const SCREEN = { width: 1280, height: 900 };

/** A page of the browser with all that it asked for, and all that went wrong in it. */
export interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly faults: readonly string[];
  /** Milliseconds from the start of the navigation until a row was in sight. */
  readonly visibleAfter: number;
}

/** Opens a page of `report` and waits for the first row of its table. */
export async function openReport(browser: Browser, file: string): Promise<Opened> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport(SCREEN);
  const requests: string[] = [];
  const faults: string[] = [];
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    requests.push(request.url());
    void request.continue();
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => faults.push(message.text()));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const start = performance.now();
  await page.goto(`file://${file}`, { timeout: PATIENCE });
  await page.waitForSelector('#rows > tr', { visible: true });
  return { page, requests, faults, visibleAfter: performance.now() - start };
}

/** The texts of all elements that a selector finds. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  const found = await page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`,
  );
  return found as string[];
}
