/** What the service said of an answer in its headers. */
export interface AnswerTrace {
  readonly requestId?: string;
  /** The event that recorded the request. */
  readonly eventId?: string;
}

/**
 * A request that the service refused, or that did not reach it. `code` is the service's own
 * (`spec/admin-api.md`, "errors"), or `Unreachable` with status 0, or `UnexpectedAnswer` for an answer that is none
 * of this API's.
 */
export class ApiError extends Error {
  readonly code: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly eventId: string | undefined;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & AnswerTrace & { readonly status: number },
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.status = options.status;
    this.requestId = options.requestId;
    this.eventId = options.eventId;
  }
}

/** Whether the caller itself gave up. A time limit is not the caller. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
