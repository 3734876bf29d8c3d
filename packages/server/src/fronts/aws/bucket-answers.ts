import type { TrailFileEntry } from '../../core/audit/index.ts';
import type { OperationErrorCode, Recorded } from '../../core/operations/index.ts';
import { type HttpAnswer, recordedHeaders } from '../http/index.ts';
import type { SignatureRefusalCode } from '../sigv4/index.ts';
import type { AwsError } from './answers.ts';
import type { AwsErrorName } from './error-names.ts';
import { element, escapeXml } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const XML_TYPE = 'application/xml';

const ERRORS: Partial<Readonly<Record<OperationErrorCode, AwsErrorName>>> = {
  AccessDenied: { name: 'AccessDenied', status: 403 },
  CredentialInvalid: { name: 'InvalidAccessKeyId', status: 403 },
  ExpiredToken: { name: 'ExpiredToken', status: 400 },
  Throttled: { name: 'SlowDown', status: 503 },
};

const SIGNATURE_ERRORS: Readonly<Record<SignatureRefusalCode, AwsErrorName>> = {
  CrossSiteRequest: { name: 'AccessDenied', status: 403 },
  ExpiredToken: { name: 'ExpiredToken', status: 400 },
  IncompleteSignature: { name: 'AuthorizationHeaderMalformed', status: 400 },
  InvalidSignature: { name: 'SignatureDoesNotMatch', status: 403 },
  MissingAuthenticationToken: { name: 'AccessDenied', status: 403 },
  UnrecognizedClient: { name: 'InvalidAccessKeyId', status: 403 },
};

/** A listing, and what it was asked for with. */
export interface Listing {
  readonly bucket: string;
  /** 2 for `ListObjectsV2`. */
  readonly version: 1 | 2;
  readonly prefix: string;
  readonly after: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly files: readonly TrailFileEntry[];
  readonly prefixes: readonly string[];
  /** Where the next page goes on; absent when this is the last. */
  readonly next: string | undefined;
}

/** S3's error for a refusal of core. */
export function bucketError(code: OperationErrorCode): AwsErrorName {
  return ERRORS[code] ?? { name: 'InternalError', status: 500 };
}

/** S3's error for a signature that was not accepted. */
export function bucketSignatureError(code: SignatureRefusalCode): AwsErrorName {
  return SIGNATURE_ERRORS[code];
}

/** An answer with a body of any type. */
export function bucketAnswer(
  requestId: string,
  recorded: Recorded | undefined,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
): HttpAnswer {
  const own = { 'x-amz-request-id': requestId, ...(recorded === undefined ? {} : recordedHeaders(recorded)) };
  return { status, headers: { ...own, ...headers }, body };
}

/** An error as S3 writes it. */
export function bucketRefusal(
  requestId: string,
  recorded: Recorded | undefined,
  { message, name, status }: AwsError,
): HttpAnswer {
  const parts = [
    element('Code', escapeXml(name)),
    element('Message', escapeXml(message)),
    element('RequestId', escapeXml(requestId)),
  ];
  const body = element('Error', parts.join(''));
  return bucketAnswer(requestId, recorded, status, { 'content-type': XML_TYPE }, body);
}

/** The bucket's region; S3 leaves that of the first region out. */
export function locationAnswer(requestId: string, recorded: Recorded, region: string): HttpAnswer {
  const text = region === 'us-east-1' ? '' : escapeXml(region);
  const body = `<LocationConstraint xmlns="${NAMESPACE}">${text}</LocationConstraint>`;
  return bucketAnswer(requestId, recorded, 200, { 'content-type': XML_TYPE }, body);
}

/** A page of a listing. */
export function listingAnswer(requestId: string, recorded: Recorded, listing: Listing): HttpAnswer {
  const { after, bucket, delimiter, files, limit, next, prefix, prefixes, version } = listing;
  const text = (name: string, value: string | undefined): string =>
    value === undefined ? '' : element(name, escapeXml(value));
  const content = [
    text('Name', bucket),
    text('Prefix', prefix),
    text(version === 1 ? 'Marker' : 'StartAfter', after),
    text('MaxKeys', String(limit)),
    text('Delimiter', delimiter === '' ? undefined : delimiter),
    version === 1 ? '' : text('KeyCount', String(files.length + prefixes.length)),
    text('IsTruncated', String(next !== undefined)),
    text(version === 1 ? 'NextMarker' : 'NextContinuationToken', next),
    ...files.map(fileElement),
    ...prefixes.map((one) => element('CommonPrefixes', text('Prefix', one))),
  ].join('');
  const body = `<ListBucketResult xmlns="${NAMESPACE}">${content}</ListBucketResult>`;
  return bucketAnswer(requestId, recorded, 200, { 'content-type': XML_TYPE }, body);
}

/** How a file's content is named: not by MD5, which nobody should take for a check. */
export function entityTag(sha256: string): string {
  return `"${sha256}"`;
}

function fileElement({ bytes, path, sha256, sinceMs }: TrailFileEntry): string {
  const parts = [
    element('Key', escapeXml(path)),
    element('LastModified', new Date(sinceMs).toISOString()),
    element('ETag', escapeXml(entityTag(sha256))),
    element('Size', String(bytes)),
    element('StorageClass', 'STANDARD'),
  ];
  return element('Contents', parts.join(''));
}
