import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this package, from its manifest, which lies above `src` and above `dist`. */
export function packageVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return /"version": "(?<version>[^"]+)"/.exec(manifest)?.groups?.['version'] ?? 'unknown';
}
