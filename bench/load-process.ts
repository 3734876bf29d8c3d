import { text } from 'node:stream/consumers';
import { applyLoad } from './load-generator.ts';

/** What the parent writes to this process's standard input, as JSON. */
export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Whole HTTP requests, base64. */
  readonly requests: readonly string[];
}

/** A load generator as a process of its own, so that it shares no thread with what it measures. */
const order = parseOrder(await text(process.stdin));
const requests = order.requests.map((request) => Buffer.from(request, 'base64'));
process.stdout.write(JSON.stringify(await applyLoad({ ...order, requests })));

/** The parent is this program too, so the order is taken as written. */
function parseOrder(json: string): LoadOrder {
  const parsed: unknown = JSON.parse(json);
  if (isOrder(parsed)) return parsed;
  throw new TypeError('there is no order on standard input');
}

function isOrder(value: unknown): value is LoadOrder {
  return typeof value === 'object' && value !== null && 'requests' in value;
}
