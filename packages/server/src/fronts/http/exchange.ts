import type { AttemptRequest } from '../../core/operations/index.ts';

/** A whole request, within all limits. */
export interface HttpRequest {
  readonly method: string;
  /** The request target as it was sent: path and, after a `?`, the query. */
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  /** What an attempt says of itself; the protocol's words are those of the route until the front knows better. */
  readonly attempt: AttemptRequest;
}

/** An answer to send. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Lines of `Set-Cookie`, which cannot be joined into one (RFC 6265, section 3). */
  readonly cookies?: readonly string[];
  /** A stream is sent piece by piece; when the client goes away its `return` is called. */
  readonly body: Uint8Array | string | AsyncIterable<Uint8Array | string>;
}

/** A request that HTTP itself refused. It has been recorded, unless `recorded` says that this was not possible. */
export interface HttpRefusal {
  readonly status: 400 | 403 | 404 | 405 | 408 | 413 | 417 | 431 | 500 | 503;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** A route: a row of the listener's table. */
export interface Route {
  /** For metrics and the record: `aws`, `admin`, `log`, `health`, … */
  readonly name: string;
  /** The protocol and service that an attempt on this route is recorded under before more is known. */
  readonly protocol: AttemptRequest['protocol'];
  /** Whether a request belongs here. The first route that says so takes it. */
  readonly matches: (method: string, path: string) => boolean;
  readonly bodyBytesMax: number;
  /** Answers a request. What it throws is our own fault: it is recorded and answered as an internal error. */
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  /** A refusal in the protocol's own form. */
  readonly refuse: (refusal: HttpRefusal) => HttpAnswer;
}
