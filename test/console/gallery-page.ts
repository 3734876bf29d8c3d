import { readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { build } from 'vite';
import { viteSettings } from '../../scripts/console/settings.ts';
import type { ConsoleWindow } from './console-browser.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Where pictures of the gallery go as well. */
export const galleryFolder: string = join(root, '.build', 'console-gallery');

/** Builds the page with all components, which is no part of the console. */
export async function buildGallery(): Promise<void> {
  const input = join(root, 'packages', 'console', 'web', 'gallery.html');
  const options = { ...viteSettings.build?.rolldownOptions, input };
  await build({
    ...viteSettings,
    build: { ...viteSettings.build, minify: false, outDir: galleryFolder, rolldownOptions: options },
  });
}

/** Shows the gallery in the server's place, under the policy that the server sends with its pages. */
export async function openGallery(window: ConsoleWindow): Promise<void> {
  const { page } = window;
  const served = await page.request.get('/console/');
  const policy = served.headers()['content-security-policy'];
  if (policy === undefined) throw new Error('the server sends no policy with its pages');
  await page.route('**/console/**', (route) => {
    const name = new URL(route.request().url()).pathname.slice('/console/'.length);
    return route.fulfill({
      body: readFileSync(join(galleryFolder, name)),
      headers: { 'content-type': typeOf(name), 'content-security-policy': policy },
    });
  });
  await window.goTo('/gallery.html');
  await page.locator('.u-over').waitFor();
}

function typeOf(name: string): string {
  const types = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  };
  return Object.entries(types).find(([end]) => end === extname(name))?.[1] ?? 'application/octet-stream';
}
