import { resolveRelative } from './layout.ts';
import { type Finding, isCode, type SourceFile } from './source.ts';
import { syntaxOf } from './syntax.ts';

/** No file reaches itself by following imports; type imports count, since a reader follows them as well. */
export function checkCycles(files: readonly SourceFile[]): readonly Finding[] {
  const graph = new Map(
    files
      .filter((file) => isCode(file.path))
      .map((file) => [
        file.path,
        syntaxOf(file)
          .references.filter(({ kind }) => kind === 'import')
          .flatMap(({ specifier }) => resolveRelative(file.path, specifier) ?? []),
      ]),
  );
  const finished = new Set<string>();
  return [...graph.keys()].flatMap((path) => {
    const cycle = findCycle(graph, path, [], finished);
    return cycle === undefined
      ? []
      : [{ path: cycle[0] ?? path, line: 0, message: `imports itself: ${cycle.join(' -> ')}` }];
  });
}

/** Depth-first. `finished` holds files from which every path has been followed. */
function findCycle(
  graph: ReadonlyMap<string, readonly string[]>,
  path: string,
  trail: readonly string[],
  finished: Set<string>,
): readonly string[] | undefined {
  if (trail.includes(path)) {
    return [...trail.slice(trail.indexOf(path)), path];
  }
  if (finished.has(path)) {
    return undefined;
  }
  for (const next of graph.get(path) ?? []) {
    const cycle = findCycle(graph, next, [...trail, path], finished);
    if (cycle !== undefined) {
      finished.add(path);
      return cycle;
    }
  }
  finished.add(path);
  return undefined;
}
