import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ensureConsole } from '../../scripts/console/build.ts';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { type Past, seedCompany } from './seed-company.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where a Chromium is, if there is one: `CHROME_PATH` names it, or it lies where systems install it. */
const chromiumPath: string | undefined = process.env['CHROME_PATH'] ?? places.find(existsSync);

/** For `test`'s options: why a suite cannot run. */
export const skipWithoutChromium: string | false =
  chromiumPath === undefined ? 'Chromium is not installed' : false;

/** How a window looks. */
export interface WindowLook {
  readonly theme?: 'light' | 'dark';
  readonly widthPx?: number;
  readonly heightPx?: number;
}

/** A server with its console, and a browser to look at it. */
export interface ConsoleStage extends AsyncDisposable {
  readonly server: RunningServer;
  readonly administrator: AccessKey;
  /** A window of its own, with no cookies. */
  open(look?: WindowLook): Promise<ConsoleWindow>;
}

/** A window of the console. Disposing of it fails when anything went wrong in it that nobody expected. */
export interface ConsoleWindow extends AsyncDisposable {
  readonly page: Page;
  /** Goes to an address below `/console`. */
  goTo(address: string): Promise<void>;
  /** Signs in on the page that is shown, and waits for what is behind it. */
  signIn(key: AccessKey): Promise<void>;
  /** Answers with this status or message are part of the test, and no complaint. */
  expect(complaint: RegExp): void;
}

/**
 * Starts a server in a temporary folder, and a browser. With a past, a company has used the server for some days before
 * (`seedCompany`), which takes a while.
 */
export async function startStage(serverFlags: readonly string[] = [], past?: Past): Promise<ConsoleStage> {
  await ensureConsole();
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const company = past === undefined ? undefined : await seedCompany(folder.path, past);
  const server = stack.use(await startServer(company?.dataDirectory ?? folder.path, serverFlags));
  const administrator = company?.administrator ?? server.administrator;
  if (administrator === undefined) throw new Error('the server printed no access key');
  // Without its own certificate, browsers take a page for trustworthy on this name alone.
  const origin = `http://localhost:${server.port}`;
  const executablePath = chromiumPath ?? '';
  const browser = await chromium.launch({ executablePath, args: flags, chromiumSandbox: false });
  stack.defer(() => browser.close());
  return {
    server,
    administrator,
    open: (look) => openWindow(browser, origin, look),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function openWindow(
  browser: Browser,
  origin: string,
  { theme = 'light', widthPx = 1440, heightPx = 900 }: WindowLook = {},
): Promise<ConsoleWindow> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: widthPx, height: heightPx },
    colorScheme: theme,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const complaints = await listenForComplaints(context, page, origin);
  // Whether somebody is signed in is asked for once, and "nobody" is an answer.
  const expected: RegExp[] = [/status of 401 .*\/console\/session$/];
  return {
    page,
    expect: (complaint) => expected.push(complaint),
    async goTo(address) {
      await page.goto(`/console${address}`);
      await page.locator('#app > *').first().waitFor();
    },
    async signIn({ accessKeyId, secretAccessKey }) {
      await page.getByLabel('Access key ID').fill(accessKeyId);
      await page.getByLabel('Secret access key').fill(secretAccessKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('#main').waitFor();
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      const unexpected = complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
      if (unexpected.length === 0) return;
      // Where something else failed as well, the runner shows neither; the browser usually knows why.
      process.stderr.write(`the browser complained:\n${unexpected.join('\n')}\n`);
      throw new Error(`the browser complained: ${unexpected.join('; ')}`);
    },
  };
}

/** Everything that a quiet page has none of: errors, violations of the policy, and requests to elsewhere. */
async function listenForComplaints(
  context: BrowserContext,
  page: Page,
  origin: string,
): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) complaints.push(`request to ${url}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => complaints.push(`policy: ${text}`));
  await page.addInitScript(`
    document.addEventListener('securitypolicyviolation', (event) => {
      reportViolation(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
    });
  `);
  return complaints;
}
