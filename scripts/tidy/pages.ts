import type { Finding, SourceFile } from './source.ts';

/** What a strict content security policy forbids, and what would tell others who reads the page. */
const bans: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/<script(?![^>]*\bsrc=)[^>]*>/i, 'holds an inline script'],
  [/<style\b|\sstyle=/i, 'holds an inline style'],
  [/\son[a-z]+=/i, 'holds an inline event handler'],
  [/\b(src|href)=["']?(https?:)?\/\/|url\(["']?(https?:)?\/\/|@import/i, 'asks another host for something'],
];

/** Pages and style sheets load nothing from elsewhere and work under `default-src 'self'`. */
export function checkPages(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter(({ path }) => /\.(html|css)$/.test(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((content, index) =>
          bans
            .filter(([pattern]) => pattern.test(content))
            .map(([, message]) => ({ path, line: index + 1, message })),
        ),
    );
}
