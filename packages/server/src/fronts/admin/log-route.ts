import { parseTilePath } from '@keywitness/log';
import { Params, readLog } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { answer, type AnswerOrigin, errorAnswer, statusOf } from './answers.ts';
import { answerMisfit, recordedOrRefused } from './api-route.ts';
import { authenticate } from './authenticate.ts';

const PREFIX = '/log/';
const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';

/** `/log/`: the published log as static resources (C2SP tlog-tiles). */
export function logRoute(front: AdminFront): Route {
  return {
    name: 'log',
    protocol: { front: 'admin', service: 'keywitness', operation: readLog.name },
    matches: (_method, path) => path === '/log' || path.startsWith(PREFIX),
    bodyBytesMax: 0,
    handle: (request) => recordedOrRefused(request, () => answerLog(front, request)),
    refuse: ({ status, code, message, requestId }) =>
      errorAnswer({ requestId, recorded: undefined }, status, { code, message }),
  };
}

async function answerLog(front: AdminFront, request: HttpRequest): Promise<HttpAnswer> {
  const { attempt } = request;
  const resource = request.method === 'GET' ? resourceOf(request.target) : undefined;
  if (front.publicLog) {
    if (resource === undefined) return answerMisfit(front, attempt, unknownResource);
    return read(front, resource, { requestId: attempt.requestId, recorded: undefined });
  }
  const authenticated = await authenticate(front, request, attempt);
  if (authenticated.kind === 'refused') return authenticated.answer;
  const { caller } = authenticated;
  if (resource === undefined) return answerMisfit(front, attempt, unknownResource, caller);
  const params = new Params({ path: resource });
  const performed = await front.service.perform(readLog, attempt, caller, params);
  const origin = { requestId: attempt.requestId, recorded: performed };
  if (performed.kind === 'refused') {
    return errorAnswer(origin, statusOf(performed.error.code), performed.error);
  }
  const answered = await read(front, resource, origin);
  return caller.byConsole === true ? unkept(answered) : answered;
}

/** A browser may have somebody else before it tomorrow: what it has read for one person it asks again for another. */
function unkept(answered: HttpAnswer): HttpAnswer {
  return { ...answered, headers: { ...answered.headers, 'cache-control': 'no-store' } };
}

const unknownResource = {
  status: 404,
  action: 'request.unknown',
  code: 'UnknownOperation',
  message: 'a log has no such resource',
} as const;

/** Resources that are text and change. */
const textResources: ReadonlySet<string> = new Set([
  'checkpoint',
  'index',
  'log.vkey',
  'witnessed/checkpoint',
]);

/** Every path that can mean something in a log is one of these; nothing else gets near the files. */
function resourceOf(target: string): string | undefined {
  const path = target.slice(PREFIX.length);
  if (!target.startsWith(PREFIX)) return undefined;
  return textResources.has(path) || parseTilePath(path) !== undefined ? path : undefined;
}

async function read(front: AdminFront, resource: string, origin: AnswerOrigin): Promise<HttpAnswer> {
  if (resource === 'log.vkey') {
    return answer(origin, 200, TEXT, await front.log.verifierKeys(), 'no-cache');
  }
  const bytes = resource === 'index' ? await front.answers.indexCheckpoint() : await front.log.read(resource);
  if (bytes === undefined) {
    const message = `the log has no \`${resource}\``;
    return errorAnswer(origin, 404, { code: 'NotFound', message });
  }
  return textResources.has(resource)
    ? answer(origin, 200, TEXT, bytes, 'no-cache')
    : answer(origin, 200, BYTES, bytes, tileCaching(front, resource));
}

/** A full tile never changes. A partial one does not either, but gives way to the full one. */
function tileCaching(front: AdminFront, resource: string): string {
  const whose = front.publicLog ? 'public' : 'private';
  return resource.includes('.p/') ? `${whose}, max-age=60` : `${whose}, max-age=31536000, immutable`;
}
