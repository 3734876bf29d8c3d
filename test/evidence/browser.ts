import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const startMsMax = 60_000;

/** A page in a real browser. */
export interface BrowserPage extends AsyncDisposable {
  /** Drops files on the page, as from a folder. */
  drop(files: readonly string[]): Promise<void>;
  /** Chooses a file with a control of the page. */
  choose(selector: string, file: string): Promise<void>;
  /** The value of an expression in the page, waited for if it is a promise. */
  evaluate(expression: string): Promise<unknown>;
  /** Everything that the page wanted from elsewhere. */
  readonly requests: readonly string[];
}

/** Where a Chromium is, if there is one: `CHROME_PATH` names it, or it lies where systems install it. */
export function findBrowser(): string | undefined {
  const named = process.env['CHROME_PATH'];
  return named ?? places.find(existsSync);
}

/** Opens an address in a browser of its own. */
export async function openPage(browser: string, profile: string, url: string): Promise<BrowserPage> {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const child = spawn(browser, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const socket = new WebSocket(await debuggerOf(child));
  await once(socket, 'open', { signal: AbortSignal.timeout(startMsMax) });
  const devtools = new Devtools(socket);
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
  devtools.session = String(sessionId);
  for (const domain of ['Page', 'DOM', 'Runtime', 'Network']) await devtools.send(`${domain}.enable`, {});
  const loaded = devtools.event('Page.loadEventFired');
  await devtools.send('Page.navigate', { url });
  await loaded;
  return {
    requests: devtools.requests,
    async drop(files) {
      const data = { items: [], files, dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop']) {
        await devtools.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
      }
    },
    async choose(selector, file) {
      const { root } = await devtools.send('DOM.getDocument', {});
      const { nodeId } = await devtools.send('DOM.querySelector', {
        nodeId: member(root, 'nodeId'),
        selector,
      });
      await devtools.send('DOM.setFileInputFiles', { files: [file], nodeId });
    },
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', options);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return member(result, 'value');
    },
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      await devtools.send('Browser.close', {}, '');
      await exit;
    },
  };
}

async function debuggerOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new TypeError('the browser has no standard error');
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error('the browser did not start');
}

/** The browser's debugging protocol: requests with numbers, and events. */
class Devtools {
  session = '';
  readonly requests: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  readonly #events = new EventTarget();
  #number = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data))));
  }

  send(method: string, params: object, session = this.session): Promise<Readonly<Record<string, unknown>>> {
    this.#number += 1;
    const waiting = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting.set(this.#number, waiting);
    const target = session === '' ? {} : { sessionId: session };
    this.#socket.send(JSON.stringify({ id: this.#number, method, params, ...target }));
    return waiting.promise;
  }

  async event(method: string): Promise<void> {
    await once(this.#events, method, { signal: AbortSignal.timeout(startMsMax) });
  }

  #take(message: unknown): void {
    const [id, method] = [member(message, 'id'), member(message, 'method')];
    if (typeof method === 'string') this.#events.dispatchEvent(new Event(method));
    if (method === 'Network.requestWillBeSent') {
      this.requests.push(String(member(member(member(message, 'params'), 'request'), 'url')));
    }
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    const error = member(message, 'error');
    if (error !== undefined) waiting?.reject(new Error(JSON.stringify(error)));
    else waiting?.resolve(membersOf(member(message, 'result')));
  }
}

function member(value: unknown, name: string): unknown {
  const members = membersOf(value);
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
