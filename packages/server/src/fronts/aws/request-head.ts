/** The headers that tell what a request is. */
export interface RequestHead {
  /** `X-Amz-Target`; several of them are joined, and then name nothing. */
  readonly target: string | undefined;
  /** `Content-Type`; several of them name nothing. */
  readonly contentType: string | undefined;
  /** The id of a trace that the client is part of, if it is in a form we know. */
  readonly traceId: string | undefined;
}

/** X-Ray: `Root=…;Parent=…;Sampled=…`. */
const XRAY_TRACE = /^[A-Za-z0-9=;:,_.-]{1,256}$/;
/** W3C Trace Context, section 3.2. */
const W3C_TRACE = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Reads the headers in one pass. */
export function readHead(rawHeaders: readonly string[]): RequestHead {
  let target: string | undefined;
  let contentType: string | undefined;
  let xrayTrace: string | undefined;
  let w3cTrace: string | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] ?? '';
    switch ((rawHeaders[i] ?? '').toLowerCase()) {
      case 'x-amz-target':
        target = target === undefined ? value : `${target},${value}`;
        break;
      case 'content-type':
        contentType = contentType === undefined ? value : '';
        break;
      case 'x-amzn-trace-id':
        xrayTrace ??= XRAY_TRACE.test(value) ? value : undefined;
        break;
      case 'traceparent':
        w3cTrace ??= W3C_TRACE.test(value) ? value : undefined;
        break;
      default:
        break;
    }
  }
  return { target, contentType, traceId: xrayTrace ?? w3cTrace };
}
