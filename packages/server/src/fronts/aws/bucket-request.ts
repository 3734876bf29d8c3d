import {
  listTrailFiles,
  type Operation,
  Params,
  readTrailBucket,
  readTrailFile,
} from '../../core/operations/index.ts';

/** What is asked of a listing. */
export interface ListQuery {
  readonly version: 1 | 2;
  readonly prefix: string;
  readonly after: string;
  readonly delimiter: string;
  readonly limit: number;
}

/** What a request asks of the trail's bucket. */
export type BucketRequest = {
  /** As S3 names it. */
  readonly name: string;
  readonly operation: Operation;
  readonly params: Params;
} & (
  | { readonly kind: 'location' | 'bucket' }
  | { readonly kind: 'list'; readonly query: ListQuery }
  | { readonly kind: 'file'; readonly path: string }
);

const LIMIT_MAX = 1000;
/** Parameters of listings; any other one asks for something that this bucket does not have. */
const LIST_PARAMETERS: ReadonlySet<string> = new Set([
  'continuation-token',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'list-type',
  'marker',
  'max-keys',
  'prefix',
  'start-after',
  'x-id',
]);
const FILE_PARAMETERS: ReadonlySet<string> = new Set(['x-id']);

/** Reads a request to `/<bucket>` or below; `undefined` when this bucket has no such operation. */
export function readBucketRequest(method: string, target: string, bucket: string): BucketRequest | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const [path = '', query = ''] = target.slice(bucket.length + 1).split('?', 2);
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  if (path !== '' && path !== '/') return fileRequest(method, path.slice(1), names);
  if (method === 'HEAD') {
    return { kind: 'bucket', name: 'HeadBucket', operation: listTrailFiles, params: new Params({}) };
  }
  if (names.length === 1 && names[0] === 'location') {
    return {
      kind: 'location',
      name: 'GetBucketLocation',
      operation: readTrailBucket,
      params: new Params({}),
    };
  }
  return names.every((name) => LIST_PARAMETERS.has(name)) ? listRequest(parameters) : undefined;
}

function fileRequest(method: string, path: string, names: readonly string[]): BucketRequest | undefined {
  if (!names.every((name) => FILE_PARAMETERS.has(name))) return undefined;
  const name = method === 'HEAD' ? 'HeadObject' : 'GetObject';
  return { kind: 'file', name, path, operation: readTrailFile, params: new Params({ path }) };
}

function listRequest(parameters: URLSearchParams): BucketRequest | undefined {
  const version = parameters.get('list-type') === '2' ? 2 : 1;
  const after =
    parameters.get(version === 1 ? 'marker' : 'continuation-token') ?? parameters.get('start-after');
  const limit = Number(parameters.get('max-keys') ?? LIMIT_MAX);
  if (!Number.isInteger(limit) || limit < 0) return undefined;
  const query: ListQuery = {
    version,
    prefix: parameters.get('prefix') ?? '',
    after: after ?? '',
    delimiter: parameters.get('delimiter') ?? '',
    limit: Math.min(limit, LIMIT_MAX),
  };
  return {
    kind: 'list',
    name: version === 1 ? 'ListObjects' : 'ListObjectsV2',
    operation: listTrailFiles,
    params: new Params({ prefix: query.prefix, after: query.after }),
    query,
  };
}
