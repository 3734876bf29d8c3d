import type { EvidenceParts } from '@keywitness/log';
import { zipSync, type Zippable } from 'fflate';

/** Files of one bundle have one time, so that what is the same is the same to the byte. */
const fileTime = new Date(1980, 0, 1);
/** Smaller files are stored: a stream for each of thousands costs a reader more than it saves. */
const deflatedBytesMin = 16_384;

/** The files of a bundle as the one that is handed over: a ZIP archive, `.kwz` (`spec/evidence.md`). */
export function evidenceArchive(parts: EvidenceParts): Uint8Array<ArrayBuffer> {
  const files: Zippable = {};
  for (const [name, bytes] of parts) {
    files[name] = [bytes, { level: bytes.length < deflatedBytesMin ? 0 : 6 }];
  }
  return zipSync(files, { mtime: fileTime });
}
