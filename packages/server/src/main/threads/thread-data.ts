import { workerData } from 'node:worker_threads';

/** What main handed to this thread when it started it. Both ends are this program, so it is taken as written. */
export function threadData<Data>(): Data {
  const data: unknown = workerData;
  if (isFromMain<Data>(data)) return data;
  throw new TypeError('this thread was started without data');
}

function isFromMain<Data>(data: unknown): data is Data {
  return typeof data === 'object' && data !== null;
}
