/** A file of the repository. `path` is relative to the root, with `/` between its parts. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One thing that is not as STYLE.md wants it. Lines count from 1; 0 speaks of the whole file. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** A check looks at files, touches nothing, and says what it found. */
export type Check = (files: readonly SourceFile[]) => readonly Finding[];

export function isCode(path: string): boolean {
  return /\.(ts|tsx|mts|mjs|js)$/.test(path);
}

/** Unit tests beside the code, and everything in the whole-system suites. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.startsWith('test/');
}

export function findingText(finding: Finding): string {
  return `${finding.path}${finding.line === 0 ? '' : `:${finding.line}`}: ${finding.message}`;
}
