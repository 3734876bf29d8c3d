import { decodeUtf8, isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { memberAt, membersOf, parseEvent } from './event-members.ts';

const format = 'keywitness.evidence/1';
const sha256Text = /^[0-9a-f]{64}$/;

/** The files of a bundle by their names, in their order. */
export type EvidenceParts = ReadonlyMap<string, Uint8Array>;

/** How the files of a bundle are called. */
export const partNames = {
  manifest: 'manifest.json',
  report: 'report.html',
  pdf: 'report.pdf',
  answer: 'answer.kwa',
  checkpoint: 'checkpoint.txt',
  index: 'index-checkpoint.txt',
  witnessed: 'witnessed/checkpoint.txt',
  consistency: 'witnessed/consistency.txt',
  exportEvent: 'export/event.json',
  exportProof: 'export/proof.txt',
  event: (index: number): string => `events/${index}.json`,
  policy: (sha256: string): string => `policies/${sha256}.json`,
} as const;

/** A file as the manifest lists it. */
export interface ListedPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a bundle says that it holds. */
export interface Manifest {
  /** Every file but the manifest. */
  readonly parts: readonly ListedPart[];
  /** SHA-256 of policies that decided, whose text the service did not have. */
  readonly missing: readonly string[];
}

/** Writes a manifest, one file a line. */
export function formatManifest({ parts, missing }: Manifest): string {
  const lines = parts.map(({ name, bytes, sha256 }) => JSON.stringify({ name, bytes, sha256 }));
  return `{"format":"${format}",\n"missing":${JSON.stringify(missing)},\n"parts":[\n${lines.join(',\n')}\n]}\n`;
}

/** Reads a manifest. It is written in one way only. @throws LogError `malformed-evidence` */
export function parseManifest(bytes: Uint8Array): Manifest {
  const value = parseEvent(bytes);
  const [parts, missing] = [memberAt(value, 'parts'), memberAt(value, 'missing')];
  const manifest = {
    parts: (Array.isArray(parts) ? parts : []).map(readPart),
    missing: (Array.isArray(missing) ? missing : []).map(readSha256),
  };
  if (decodeUtf8(bytes) !== formatManifest(manifest)) {
    throw malformed('it is not in the form of this version');
  }
  return manifest;
}

function readPart(value: unknown): ListedPart {
  const { name, bytes } = Object.fromEntries(membersOf(value));
  if (typeof name !== 'string' || typeof bytes !== 'number' || !isSize(bytes)) {
    throw malformed('it lists what is no file');
  }
  return { name, bytes, sha256: readSha256(memberAt(value, 'sha256')) };
}

function readSha256(value: unknown): string {
  if (typeof value !== 'string' || !sha256Text.test(value)) throw malformed('a digest in it is not one');
  return value;
}

function malformed(why: string): LogError {
  return new LogError('malformed-evidence', `could not read the manifest: ${why}`);
}
