import { join, resolve } from 'node:path';
import type { InlineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..', '..');

/** Where the console is built to, and served from. */
export const consoleFolder: string = join(root, 'packages', 'console', 'dist-web');

/** What the console is built from: a change below one of these makes a build stale. */
export const consoleSources: readonly string[] = [
  'package-lock.json',
  'packages/api/src',
  'packages/console/src',
  'packages/console/web',
  'packages/log/src',
  'scripts/console',
].map((path) => join(root, path));

/**
 * How Vite builds and serves the console. Nothing is inlined and no script is added that a strict content security policy
 * would have to name; what is served has its hash in its name.
 */
export const viteSettings: InlineConfig = {
  configFile: false,
  root: join(root, 'packages', 'console', 'web'),
  base: '/console/',
  publicDir: false,
  cacheDir: join(root, '.build', 'vite'),
  logLevel: 'warn',
  build: {
    target: 'es2024',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    // What counts is what is sent, and that has a limit of its own in `build.ts`.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    rolldownOptions: {
      onLog(level, log, report) {
        // Libraries say which of their files are for browsers; all of this is.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
};
