import type { AttemptRequest } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import { errorAnswer, httpRefusal, redirect } from './answers.ts';
import type { ConsoleFiles, ConsoleParts } from './console-parts.ts';
import { recordedOrRefused } from './recorded-or-refused.ts';
import { named, recordUnknown } from './refusals.ts';
import { securityHeaders } from './security-headers.ts';

const ROOT = '/console';
const PREFIX = `${ROOT}/`;
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const TYPES: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['ico', 'image/x-icon'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['map', 'application/json'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
  ['wasm', 'application/wasm'],
  ['webmanifest', 'application/manifest+json'],
  ['woff2', 'font/woff2'],
]);
/** Names begin with a letter, digit or underscore, so that none leads out of the folder. */
const ASSET = /^assets\/[A-Za-z0-9_][A-Za-z0-9_.-]*\.([a-z0-9]+)$/;
const FILE = /^[A-Za-z0-9_][A-Za-z0-9_-]*\.([a-z]+)$/;
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** What a build may have put beside a file, the smallest first: RFC 9110, section 8.4.1. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * `/console/`: the pages, which are the same for everybody, so that reading them is no attempt on anything. Files under
 * `assets/` have their content's hash in their names and never change. Every other path is one of the application's, so
 * that every view has an address.
 */
export function staticRoute(parts: ConsoleParts): Route {
  return {
    name: 'console',
    protocol: { front: 'console', service: 'keywitness', operation: '-' },
    matches: (method, path) =>
      METHODS.has(method) && (path === '/' || path === ROOT || path.startsWith(PREFIX)),
    bodyBytesMax: 0,
    handle: (request) => recordedOrRefused(request, () => answerFile(parts, request)),
    refuse: httpRefusal,
  };
}

async function answerFile(parts: ConsoleParts, request: HttpRequest): Promise<HttpAnswer> {
  const path = request.target.split('?', 1)[0] ?? '';
  if (!path.startsWith(PREFIX)) return redirect(PREFIX);
  const rest = path.slice(PREFIX.length);
  const isAsset = rest.startsWith('assets/');
  const type = TYPES.get((isAsset ? ASSET : FILE).exec(rest)?.[1] ?? '');
  const name = type === undefined ? 'index.html' : rest;
  const found =
    isAsset && type === undefined ? undefined : await readEncoded(parts.files, name, request.rawHeaders);
  if (found === undefined) return notFound(parts, request.attempt);
  const headers = {
    ...securityHeaders,
    'content-type': type ?? TYPES.get('html') ?? '',
    'cache-control': isAsset ? IMMUTABLE : 'no-cache',
    vary: 'accept-encoding',
    ...(found.encoding === undefined ? {} : { 'content-encoding': found.encoding }),
  };
  return { status: 200, headers, body: found.bytes };
}

async function notFound({ service }: ConsoleParts, attempt: AttemptRequest): Promise<HttpAnswer> {
  const error = { status: 404, code: 'NotFound', message: 'the console has no such file' };
  const recorded = await recordUnknown(service, named(attempt, 'GetFile'), error);
  return errorAnswer(attempt.requestId, recorded, error);
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly encoding: string | undefined;
}

async function readEncoded(
  files: ConsoleFiles,
  name: string,
  rawHeaders: readonly string[],
): Promise<Encoded | undefined> {
  const accepted = acceptedEncodings(rawHeaders);
  for (const [encoding, ending] of ENCODINGS) {
    if (!accepted.has(encoding)) continue;
    const bytes = await files.read(`${name}${ending}`);
    if (bytes !== undefined) return { bytes, encoding };
  }
  const bytes = await files.read(name);
  return bytes === undefined ? undefined : { bytes, encoding: undefined };
}

/** The content codings that are named in `Accept-Encoding` (RFC 9110, section 12.5.3), without those of weight 0. */
function acceptedEncodings(rawHeaders: readonly string[]): ReadonlySet<string> {
  const accepted = new Set<string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'accept-encoding') continue;
    for (const item of (rawHeaders[i + 1] ?? '').toLowerCase().split(',')) {
      const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
      if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(coding);
    }
  }
  return accepted;
}
