import type { Trail } from '../../core/audit/index.ts';
import { sha256Hex } from '../../core/crypto/index.ts';
import { digestPath, instantText, logPath } from './names.ts';
import type { Period } from './period.ts';

/** A period without its signature. */
export type UnsignedPeriod = Pick<Period, 'end' | 'endMs' | 'files' | 'first' | 'startMs'>;

/**
 * The text of a digest, member for member as CloudTrail has it. The last two tell which entries of the log it is about:
 * whoever has the log finds that none was left out.
 */
export function digestText(
  trail: Trail,
  fingerprint: string,
  { end, endMs, files, first, startMs }: UnsignedPeriod,
  previous: Period | undefined,
): string {
  const { account, bucket } = trail;
  const isFirst = previous === undefined;
  return JSON.stringify({
    awsAccountId: account,
    digestStartTime: instantText(startMs),
    digestEndTime: instantText(endMs),
    digestS3Bucket: bucket,
    digestS3Object: digestPath(trail, endMs),
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime:
      files
        .map(({ newest }) => newest)
        .toSorted()
        .at(-1) ?? null,
    oldestEventTime: files.map(({ oldest }) => oldest).toSorted()[0] ?? null,
    previousDigestS3Bucket: isFirst ? null : bucket,
    previousDigestS3Object: isFirst ? null : digestPath(trail, previous.endMs),
    previousDigestHashValue: previous?.sha256 ?? null,
    previousDigestHashAlgorithm: isFirst ? null : 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
    logFiles: files.map((file) => ({
      s3Bucket: bucket,
      s3Object: logPath(trail, startMs, file.first),
      hashValue: file.sha256,
      hashAlgorithm: 'SHA-256',
      newestEventTime: file.newest,
      oldestEventTime: file.oldest,
    })),
    keywitnessFirstIndex: first,
    keywitnessEndIndex: end,
  });
}

/** What a digest's signature covers ("Custom implementations of CloudTrail log file integrity validation"). */
export function signedText(
  trail: Trail,
  endMs: number,
  digest: string,
  previous: Period | undefined,
): string {
  const path = `${trail.bucket}/${digestPath(trail, endMs)}`;
  return [instantText(endMs), path, sha256Hex(digest), previous?.signature ?? 'null'].join('\n');
}
