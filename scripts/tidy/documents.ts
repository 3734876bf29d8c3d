import type { Finding, SourceFile } from './source.ts';

const manifestPath = /^(packages\/[^/]+\/)?package\.json$/;
const ownPackage = /^(@keywitness\/.+|keywitness)$/;
const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const dependencyGroups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Every dependency has its paragraph in DEPENDENCIES.md, and every paragraph its dependency. */
export function checkDependencies(files: readonly SourceFile[]): readonly Finding[] {
  const wanted = new Set(
    files
      .filter(({ path }) => manifestPath.test(path))
      .flatMap((file) => dependencies(file).map(({ name }) => name))
      .filter((name) => !ownPackage.test(name)),
  );
  const explained = explainedNames(files.find(({ path }) => path === 'DEPENDENCIES.md')?.text ?? '');
  const missing = [...wanted]
    .filter((name) => !explained.has(name))
    .map((name) => `does not explain \`${name}\``);
  const left = [...explained]
    .filter((name) => !wanted.has(name))
    .map((name) => `explains \`${name}\`, which is not used`);
  return [...missing, ...left].map((message) => ({ path: 'DEPENDENCIES.md', line: 0, message }));
}

interface Dependency {
  readonly name: string;
  readonly version: string;
}

function dependencies({ text }: SourceFile): readonly Dependency[] {
  const manifest: unknown = JSON.parse(text);
  return dependencyGroups
    .flatMap((name) => {
      const group = isRecord(manifest) ? manifest[name] : undefined;
      return isRecord(group) ? Object.entries(group) : [];
    })
    .map(([name, version]) => ({ name, version: String(version) }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Versions are exact: what is installed changes when a commit says so, and not before. */
export function checkVersions(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter(({ path }) => manifestPath.test(path))
    .flatMap((file) =>
      dependencies(file)
        .filter(({ version }) => !exactVersion.test(version))
        .map(({ name, version }) => ({
          path: file.path,
          line: 0,
          message: `takes \`${name}\` at \`${version}\`, which is not one exact version`,
        })),
    );
}

/** The names in backticks of each heading that has text under it. */
function explainedNames(text: string): ReadonlySet<string> {
  const names = [...text.matchAll(/^###+ (?<heading>.*)\n+(?!#)\S/gm)].flatMap((section) =>
    [...(section.groups?.['heading'] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  return new Set(names);
}

/** The change log has a place for what comes next. */
export function checkChangelog(files: readonly SourceFile[]): readonly Finding[] {
  const text = files.find(({ path }) => path === 'CHANGELOG.md')?.text ?? '';
  return /^## \[Unreleased\]$/m.test(text)
    ? []
    : [{ path: 'CHANGELOG.md', line: 0, message: 'has no section `## [Unreleased]`' }];
}
