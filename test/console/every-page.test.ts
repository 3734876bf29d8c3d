import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';
import { addressOf, pages, settled } from './every-page.ts';

const looks = [
  { theme: 'light', widthPx: 1440 },
  { theme: 'dark', widthPx: 900 },
] as const;
/** Enough for every page to have something to show. */
const past = { days: 3, scale: 0.1, seed: 7 };

let stage: ConsoleStage | undefined;

before(async () => {
  if (skipWithoutChromium === false) stage = await startStage([], past);
});
after(async () => {
  await stage?.[Symbol.asyncDispose]();
});

for (const look of looks) {
  test(
    `every page is accessible and quiet, ${look.theme} and ${look.widthPx} pixels wide`,
    {
      skip: skipWithoutChromium,
    },
    async () => {
      assert(stage !== undefined);
      await using window = await stage.open(look);
      const { page } = window;
      // A log without witnesses has no checkpoint that they cosigned.
      window.expect(/status of 404 .*witnessed/);
      await window.goTo('/');
      await window.signIn(stage.administrator);
      for (const name of pages.keys()) {
        await window.goTo(await addressOf(page, name));
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await settled(page);
        assert.deepEqual(await accessibilityFaults(page), [], name);
        const isWider: unknown = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
        assert.equal(isWider, false, `${name} is wider than the window`);
      }
    },
  );
}
