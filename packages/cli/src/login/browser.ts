import { spawn } from 'node:child_process';

/** The program that opens a URL as a person would, and what it wants before the URL. */
const openers: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Tries to show a page. Where that does not work, there is still the printed URL, so failures are of no interest. No
 * shell sees the URL.
 */
export function openBrowser(url: string): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
