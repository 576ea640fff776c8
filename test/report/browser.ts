import { existsSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer-core';

/** The paths in Debian: the shell has the same engine without a window, and needs half the processor time. */
const IN_DEBIAN = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

const CHROMIUM = process.env.CHROMIUM ?? IN_DEBIAN.find((path) => existsSync(path)) ?? '';

/** The time-out for starting the browser and for opening a page, in milliseconds. */
const PATIENCE = 30_000;

/** Tests of the page are skipped without a browser. */
export const hasBrowser = existsSync(CHROMIUM);

export async function startBrowser(): Promise<Browser> {
  const { launch } = await import('puppeteer-core');
  return launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], timeout: PATIENCE });
}

/** The size of a common screen, in pixels. */
export const SCREEN = { width: 1280, height: 900 };

/** A page of the browser with its requests and errors. */
export interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly errors: readonly string[];
  /** Milliseconds from the start of the navigation until a row was visible. */
  readonly visibleAfter: number;
}

/** Opens a page of `report` and waits for the first row of its table. */
export async function openReport(browser: Browser, file: string): Promise<Opened> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport(SCREEN);
  const requests: string[] = [];
  const errors: string[] = [];
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    requests.push(request.url());
    void request.continue();
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => errors.push(message.text()));
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const start = performance.now();
  await page.goto(`file://${file}`, { timeout: PATIENCE });
  await page.waitForSelector('#rows > tr', { visible: true });
  return { page, requests, errors, visibleAfter: performance.now() - start };
}

/** The texts of all elements that a selector finds. */
export async function textsOf(page: Page, selector: string): Promise<string[]> {
  const found = await page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`,
  );
  return found as string[];
}
