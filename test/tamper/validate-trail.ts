import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

/** A file of the trail as it is handed out. */
export interface HandedOut {
  readonly content: Uint8Array;
  /** Hexadecimal; of digests. */
  readonly signature: string | undefined;
}

/** Path to file. */
export type Trail = ReadonlyMap<string, HandedOut>;

/** The trail of whom, and who signs it. */
export interface TrailIdentity {
  readonly bucket: string;
  /** PKCS#1, DER. */
  readonly publicKey: Uint8Array;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Validates the files as AWS documents it for those who do not use its command line: from the newest digest back, each
 * digest by its signature, its log files by their hashes, the digest before by its hash and signature. Beside that, the
 * entries of the log that digests are about have to join up (`spec/cloudtrail.md`). Answers what is wrong.
 */
export function validateTrail(trail: Trail, identity: TrailIdentity): readonly string[] {
  const newest = [...trail.keys()]
    .filter((path) => path.includes('/CloudTrail-Digest/'))
    .toSorted()
    .at(-1);
  const problems: string[] = [];
  let next: Members | undefined;
  for (let path = newest; path !== undefined;) {
    const text = textOf(trail.get(path));
    const digest = text === undefined ? undefined : membersOf(text);
    if (text === undefined || digest === undefined) return [...problems, `${path} cannot be read`];
    problems.push(...digestProblems({ path, text, digest, next, identity, file: trail.get(path) }));
    problems.push(...logProblems(trail, digest, identity));
    next = digest;
    const previous = digest['previousDigestS3Object'];
    path = typeof previous === 'string' ? previous : undefined;
  }
  if (next !== undefined && next['keywitnessFirstIndex'] !== 0) problems.push('the trail has no beginning');
  return problems;
}

interface DigestCase {
  readonly path: string;
  readonly text: string;
  readonly digest: Members;
  readonly next: Members | undefined;
  readonly identity: TrailIdentity;
  readonly file: HandedOut | undefined;
}

function digestProblems({ path, text, digest, next, identity, file }: DigestCase): readonly string[] {
  const { bucket, publicKey } = identity;
  const signature = file?.signature ?? '';
  const previous = digest['previousDigestSignature'] ?? 'null';
  const signed = [digest['digestEndTime'], `${bucket}/${path}`, sha256(text), previous].join('\n');
  const rsa = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
  const checks: Readonly<Record<string, boolean>> = {
    'is not signed': verify('sha256', Buffer.from(signed), rsa, Buffer.from(signature, 'hex')),
    'lies at another place': digest['digestS3Object'] === path && digest['digestS3Bucket'] === bucket,
    'is not the one that the next names':
      next === undefined ||
      (next['previousDigestHashValue'] === sha256(text) && next['previousDigestSignature'] === signature),
    'does not end where the next begins':
      next === undefined || next['keywitnessFirstIndex'] === digest['keywitnessEndIndex'],
  };
  return Object.entries(checks).flatMap(([what, holds]) => (holds ? [] : [`${path} ${what}`]));
}

function logProblems(trail: Trail, { logFiles }: Members, { bucket }: TrailIdentity): readonly string[] {
  if (!Array.isArray(logFiles)) return ['a digest names no files'];
  return logFiles.flatMap((named: unknown) => {
    const log = typeof named === 'object' && named !== null ? { ...named } : {};
    const { hashValue, s3Bucket, s3Object }: Members = log;
    const text = textOf(trail.get(String(s3Object)));
    return s3Bucket === bucket && text !== undefined && sha256(text) === hashValue
      ? []
      : [`${String(s3Object)} is not what the digest names`];
  });
}

function textOf(file: HandedOut | undefined): string | undefined {
  try {
    return file === undefined ? undefined : gunzipSync(file.content).toString('latin1');
  } catch {
    return undefined;
  }
}

function membersOf(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
