import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against a page by WCAG 2.2 AA and good practice, a line for each rule that is broken; none for a good page. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // A hint says what its button is called, and is where the button is: no landmark holds it.
  // By the debugger, which the page's policy does not hold up.
  await page.evaluate(axeSource);
  const result: unknown = await page.evaluate(`
    axe.run({ exclude: ['[id^="portal/"]:has([role=tooltip])'] }, { runOnly: { type: 'tag', values: ${JSON.stringify(rules)} } }).then(({ violations }) =>
      violations.map(({ id, help, nodes }) =>
        id + ': ' + help + '\\n' + nodes.map(({ html, failureSummary }) => '  ' + html + '\\n    ' + failureSummary).join('\\n')))
  `);
  if (!Array.isArray(result)) throw new TypeError('axe answered with no list');
  return result.map(String);
}
