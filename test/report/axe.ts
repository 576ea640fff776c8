import axe from 'axe-core';
import type { Page } from 'puppeteer-core';

/** WCAG 2.1 up to AA, and the best practices of axe-core. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** The violations that axe-core finds on a page, such as `landmark-unique: <main>`. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then(({ passes, violations }) => ({
      passed: passes.length,
      violations: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)),
    }))`,
  );
  const { passed, violations } = found as { passed: number; violations: string[] };
  if (passed < 20) throw new Error(`axe-core looked at ${passed} rules alone`);
  return violations;
}
