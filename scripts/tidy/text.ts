import { type Finding, isCode, isTest, type SourceFile } from './source.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly message: string;
  readonly appliesTo: (path: string) => boolean;
}

const everywhere = (): boolean => true;

const bans: readonly Ban[] = [
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    message: 'unfinished work belongs in an issue, not in a file',
    appliesTo: everywhere,
  },
  {
    pattern: /\b(test|it|describe|suite)\.only\(|\bonly: true\b/,
    message: 'runs only some of the tests',
    appliesTo: isCode,
  },
  {
    pattern: /\b(test|it|describe|suite)\.(skip|todo)\(|\b(skip|todo): true\b|\.(skip|todo)\(\)/,
    message: "a skipped test says why: `{ skip: 'reason' }`",
    appliesTo: isCode,
  },
  { pattern: /\bas any\b|<any>/, message: 'takes `unknown` and looks at it, never `any`', appliesTo: isCode },
  {
    pattern: /@ts-(ignore|nocheck)|@ts-expect-error\s*$/,
    message: 'silences the compiler: use `@ts-expect-error` with a reason',
    appliesTo: isCode,
  },
  { pattern: /(?<![\w.~-])\/(work|home)\//, message: 'names a path of one machine', appliesTo: everywhere },
  {
    pattern: /\.\.\/shared\b/,
    message: 'reaches out of the repository, which only tests may, and must do without',
    appliesTo: (path) => !isTest(path),
  },
  {
    // oxlint-disable-next-line eslint/no-control-regex -- control characters are what this pattern is for
    pattern: /[\u0000-\u0008\u000b-\u001f\u007f]/,
    message: 'holds a control character',
    appliesTo: everywhere,
  },
  { pattern: /[ \t]+$/, message: 'ends with white space', appliesTo: everywhere },
  {
    pattern: /(?:\/\/|\/\*|<!--).*\b(oxlint|eslint)-(disable|enable)\b/,
    message: 'suppresses a rule without `oxlint-disable-line` or `-next-line`, the rule, ` -- ` and a reason',
    appliesTo: isCode,
  },
];

/** A suppression that names its rule and gives a reason on the same line. */
const reasonedSuppression =
  /[ \t]*\/\/ oxlint-disable(-next)?-line [a-z]+\/[a-z-]+(, [a-z]+\/[a-z-]+)* -- \S.{9,}/;

/** What no file holds. The checker itself has to name what it bans; vectors and foreign texts are as they are. */
const exempt = /^(scripts\/tidy\/|spec\/vectors\/|package-lock\.json$|LICENSE$)/;

export function checkText(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter(({ path }) => !exempt.test(path))
    .flatMap(({ path, text }) => {
      const applicable = bans.filter((ban) => ban.appliesTo(path));
      const findings = text
        .split('\n')
        .flatMap((content, index) =>
          applicable
            .filter(({ pattern }) => pattern.test(content.replace(reasonedSuppression, '')))
            .map(({ message }) => ({ path, line: index + 1, message })),
        );
      return text === '' || text.endsWith('\n')
        ? findings
        : [...findings, { path, line: 0, message: 'does not end with a line break' }];
    });
}
