import type { Finding, SourceFile } from './source.ts';

/** Names that say nothing: what has no name has no place yet. */
const bannedName = /^(utils?|helpers?|commons?|managers?|contexts?|misc)$/;
const bannedWord = /(^|-)(utils?|helpers?|manager)(-|$)/;

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const rootDocument = /^(LICENSE|[A-Z]+\.md)$/;
/** Languages whose own tools ask for underscores. */
const snakeCase = /^[a-z0-9]+(_[a-z0-9]+)*\.(go|py)$/;

/** Files and folders in kebab-case, with names that mean something. */
export function checkNames(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap(({ path }) =>
    path.split('/').flatMap((name) => complaints(name).map((message) => ({ path, line: 0, message }))),
  );
}

function complaints(name: string): readonly string[] {
  const stem = name.replace(/\..*$/, '').toLowerCase();
  const spelling =
    kebabCase.test(name) || rootDocument.test(name) || snakeCase.test(name)
      ? []
      : [`\`${name}\` is not kebab-case`];
  const meaning =
    bannedName.test(stem) || bannedWord.test(stem) ? [`\`${name}\` says nothing: name what it holds`] : [];
  return [...spelling, ...meaning];
}
