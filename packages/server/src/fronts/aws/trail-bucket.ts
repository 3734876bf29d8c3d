import {
  LedgerError,
  type TrailFileEntry,
  type TrailFiles,
  trailOf,
  type TrailPlace,
} from '../../core/audit/index.ts';
import type { Recorded, Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';
import { actorOf, attemptOf, unauthenticated } from './attempt.ts';
import {
  bucketAnswer,
  bucketError,
  bucketRefusal,
  bucketSignatureError,
  entityTag,
  type Listing,
  listingAnswer,
  locationAnswer,
} from './bucket-answers.ts';
import { type BucketRequest, type ListQuery, readBucketRequest } from './bucket-request.ts';
import { type CertificateCaller, proofOf } from './proof.ts';

/** What the trail's bucket is made of. */
export interface TrailBucketParts {
  readonly service: Service;
  readonly verifySignature: (request: SignedRequest) => SignatureVerdict;
  readonly files: TrailFiles;
  readonly place: TrailPlace;
  /** Says who a TLS client certificate stands for; when absent, the service does. */
  readonly certificateCaller?: CertificateCaller;
}

/** Greater than every character of the paths of the trail. */
const LAST = '~';

/**
 * `/<bucket>`: the trail's files as S3 serves them, path style, to be read alone. Every way through here ends in exactly
 * one call of the service (G2), before a file is looked for.
 */
export function trailBucketRoute(parts: TrailBucketParts): Route {
  const { bucket } = trailOf(parts.place);
  const root = `/${bucket}`;
  return {
    name: 'trail',
    protocol: { front: 'aws', service: 's3', operation: '-' },
    matches: (_method, path) => path === root || path.startsWith(`${root}/`),
    bodyBytesMax: 0,
    handle: async (request) => {
      const { requestId } = request.attempt;
      try {
        return await answer(parts, request, bucket);
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        const message = 'The attempt could not be recorded, so it was refused.';
        return bucketRefusal(requestId, undefined, { name: 'ServiceUnavailable', status: 503, message });
      }
    },
    refuse: ({ code, message, requestId, status }) =>
      bucketRefusal(requestId, undefined, { name: code, status, message }),
  };
}

async function answer(parts: TrailBucketParts, request: HttpRequest, bucket: string): Promise<HttpAnswer> {
  const { files, place, service, verifySignature } = parts;
  const { certificateCaller = (sha256: string) => service.certificateCaller(sha256) } = parts;
  const asked = readBucketRequest(request.method, request.target, bucket);
  const attempt = attemptOf(request.attempt, 's3', asked?.name ?? '-', undefined);
  const { requestId } = attempt;
  const proof = proofOf(verifySignature(request), 's3', attempt, certificateCaller);
  if (asked === undefined) {
    const error = {
      name: 'NotImplemented',
      status: 501,
      message: 'The trail’s bucket has no such operation.',
    };
    const refusal = { outcome: 'error', action: 'request.unknown', code: error.name } as const;
    const recorded = await service.refuse(attempt, {
      ...refusal,
      message: error.message,
      actor: actorOf(proof),
    });
    return bucketRefusal(requestId, recorded, error);
  }
  if (proof.kind === 'refused') {
    const error = { ...bucketSignatureError(proof.code), message: proof.message };
    return bucketRefusal(requestId, await service.refuse(attempt, unauthenticated(proof, error.name)), error);
  }
  const performed = await service.perform(asked.operation, attempt, proof.caller, asked.params);
  if (performed.kind === 'refused') {
    const { error } = performed;
    return bucketRefusal(requestId, performed, { ...bucketError(error.code), message: error.message });
  }
  try {
    return await release(files, place, requestId, performed, asked);
  } catch (error) {
    if (!isCatchingUp(error)) throw error;
    // Clients of S3 try again by themselves when they are told this.
    const message = 'The trail’s files are being made. Try again in a minute.';
    return bucketRefusal(requestId, performed, { name: 'SlowDown', status: 503, message });
  }
}

function isCatchingUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'CatchingUp';
}

async function release(
  files: TrailFiles,
  place: TrailPlace,
  requestId: string,
  recorded: Recorded,
  asked: BucketRequest,
): Promise<HttpAnswer> {
  const { bucket, region } = trailOf(place);
  switch (asked.kind) {
    case 'location':
      return locationAnswer(requestId, recorded, region);
    case 'bucket':
      return bucketAnswer(requestId, recorded, 200, { 'x-amz-bucket-region': region }, '');
    case 'list':
      return listingAnswer(requestId, recorded, await list(files, bucket, asked.query));
    default:
      return releaseFile(files, requestId, recorded, asked.path);
  }
}

async function releaseFile(
  files: TrailFiles,
  requestId: string,
  recorded: Recorded,
  path: string,
): Promise<HttpAnswer> {
  const file = await files.read(path);
  if (file === undefined) {
    const message = 'The specified key does not exist.';
    return bucketRefusal(requestId, recorded, { name: 'NoSuchKey', status: 404, message });
  }
  const { content, sha256, signature, sinceMs } = file;
  const headers = {
    // As CloudTrail stores its files.
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    etag: entityTag(sha256),
    'last-modified': new Date(sinceMs).toUTCString(),
    ...(signature === undefined
      ? {}
      : { 'x-amz-meta-signature': signature, 'x-amz-meta-signature-algorithm': 'SHA256withRSA' }),
  };
  return bucketAnswer(requestId, recorded, 200, headers, content);
}

/** A page, with what has the delimiter after the prefix taken together as S3 does. */
async function list(files: TrailFiles, bucket: string, query: ListQuery): Promise<Listing> {
  const { after, delimiter, limit, prefix } = query;
  const found: TrailFileEntry[] = [];
  const prefixes: string[] = [];
  let next = after;
  let isLast = limit === 0;
  while (!isLast && found.length + prefixes.length < limit) {
    const page = await files.list({ prefix, after: next, limit: limit - found.length - prefixes.length });
    isLast = page.isLast;
    for (const file of page.files) {
      const end = delimiter === '' ? -1 : file.path.indexOf(delimiter, prefix.length);
      if (end < 0) {
        found.push(file);
        next = file.path;
      } else {
        const common = file.path.slice(0, end + delimiter.length);
        prefixes.push(common);
        // What else is below it is passed over.
        next = common + LAST;
        isLast = false;
        break;
      }
    }
  }
  return { ...query, bucket, files: found, prefixes, next: isLast ? undefined : next };
}
