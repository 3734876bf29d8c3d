import type { AttemptRequest, FrontRefusal, Recorded } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRefusal, HttpRequest, Route } from './exchange.ts';
import { recordedHeaders } from './problems.ts';

const PROTOCOL: AttemptRequest['protocol'] = { front: 'http', service: '-', operation: '-' };
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** A resource that is the same for everybody and touches no key, so that reading it is no attempt on anything. */
export interface PlainResource {
  readonly path: string;
  readonly type: string;
  /** 200, or 503 to say that something is wrong. */
  readonly read: () => { readonly status: number; readonly body: Uint8Array | string };
}

/** Routes for health, metrics and static pages. */
export function plainRoutes(resources: readonly PlainResource[]): readonly Route[] {
  return resources.map(({ path, type, read }) => ({
    name: path,
    protocol: PROTOCOL,
    matches: (method, wanted) => wanted === path && METHODS.has(method),
    bodyBytesMax: 0,
    handle: async () => {
      const { status, body } = read();
      return { status, headers: { ...SAFE_HEADERS, 'content-type': type }, body };
    },
    refuse: plainRefusal,
  }));
}

/** Takes what no other route does: recorded, and answered with 404. */
export function elsewhere(
  refuse: (attempt: AttemptRequest, refusal: FrontRefusal) => Promise<Recorded>,
): Route {
  return {
    name: 'elsewhere',
    protocol: PROTOCOL,
    matches: () => true,
    bodyBytesMax: 1_048_576,
    handle: async (request: HttpRequest) => {
      const code = 'NotFound';
      const message = 'there is nothing at this address';
      const recorded = await refuse(named(request), {
        outcome: 'error',
        action: 'request.unknown',
        code,
        message,
      });
      const answer = plainRefusal({ status: 404, code, message, requestId: request.attempt.requestId });
      return { ...answer, headers: { ...answer.headers, ...recordedHeaders(recorded) } };
    },
    refuse: plainRefusal,
  };
}

const OPERATION_MAX = 200;
/** RFC 3986, section 3.2.1. */
const USER_INFO = /\/\/[^/]*@/;
const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
} as const;

/**
 * The record says what was asked for: the method and the path, without the query, which may hold anything, and without
 * the user and password that a whole address may hold (G8).
 */
function named({ attempt, method, target }: HttpRequest): AttemptRequest {
  const path = (target.split('?', 1)[0] ?? '').replace(USER_INFO, '//');
  const operation = `${method} ${path}`.slice(0, OPERATION_MAX);
  return { ...attempt, protocol: { ...PROTOCOL, operation } };
}

function plainRefusal({ status, code, message, requestId }: HttpRefusal): HttpAnswer {
  return {
    status,
    headers: { ...SAFE_HEADERS, 'content-type': 'application/json' },
    body: `${JSON.stringify({ error: { code, message, requestId } })}\n`,
  };
}
