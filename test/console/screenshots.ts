/**
 * Takes pictures of the console into `docs/console`: `npm run console-screenshots`.
 *
 *   npm run console-screenshots                  every page, light and dark, wide and narrow
 *   npm run console-screenshots -- keys gallery  only pages with one of these words in their names
 *
 * The pictures of pages are documentation. `gallery` is all components on one page, for whoever builds pages; it goes to
 * `.build/console-gallery`.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { type ConsoleStage, startStage, type WindowLook } from './console-browser.ts';
import { addressOf, pages, settled } from './every-page.ts';
import { buildGallery, galleryFolder, openGallery } from './gallery-page.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** What there is to see: two weeks of a small company, the same ones every time. */
const past = { days: 14, scale: 0.1, seed: 7 };

const looks = [
  { theme: 'light', widthPx: 1440 },
  { theme: 'dark', widthPx: 1440 },
  { theme: 'light', widthPx: 900 },
  { theme: 'dark', widthPx: 900 },
] as const satisfies readonly WindowLook[];

async function take(page: Page, folder: string, name: string, look: (typeof looks)[number]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${look.theme}-${look.widthPx}.png`);
  // The gallery shows how waiting looks, and goes on doing so.
  if (folder !== galleryFolder) await settled(page);
  await page.screenshot({ path, fullPage: name === 'gallery' });
  process.stdout.write(`${path.slice(root.length + 1)}\n`);
}

async function takePages(stage: ConsoleStage, names: readonly string[]): Promise<void> {
  const folder = join(root, 'docs', 'console');
  for (const look of looks) {
    await using window = await stage.open(look);
    await window.goTo('/sign-in');
    if (names.includes('sign-in')) await take(window.page, folder, 'sign-in', look);
    await window.signIn(stage.administrator);
    for (const name of names.filter((candidate) => pages.has(candidate))) {
      await window.goTo(await addressOf(window.page, name));
      await window.page.getByRole('heading', { level: 1 }).first().waitFor();
      await take(window.page, folder, name, look);
    }
  }
}

async function takeGallery(stage: ConsoleStage): Promise<void> {
  await buildGallery();
  for (const look of looks) {
    await using window = await stage.open(look);
    const { page } = window;
    await openGallery(window);
    await take(page, galleryFolder, 'gallery', look);
    await page.getByRole('button', { name: 'Open a dialog' }).click();
    await take(page, galleryFolder, 'dialog', look);
  }
}

const words = process.argv.slice(2);
const names = ['sign-in', ...pages.keys(), 'gallery'].filter(
  (name) => words.length === 0 || words.some((word) => name.includes(word)),
);
await using stage = await startStage([], names.some((name) => pages.has(name)) ? past : undefined);
if (names.some((name) => name !== 'gallery')) await takePages(stage, names);
if (names.includes('gallery')) await takeGallery(stage);
