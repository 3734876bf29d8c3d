/** Tags by their names. */
export type TagMap = ReadonlyMap<string, string>;

/** Tags as lines `name=value`. */
export function linesOf(tags: TagMap): string {
  return [...tags].map(([name, value]) => `${name}=${value}`).join('\n');
}

/** Reads lines `name=value`; `undefined` when one has no name or no `=`, or a name is there twice. */
export function readLines(text: string): TagMap | undefined {
  const tags = new Map<string, string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at < 1 || name === '' || tags.has(name)) return undefined;
    tags.set(name, line.slice(at + 1).trim());
  }
  return tags;
}

/** What has to be set and removed for tags to become others. */
export function tagChanges(
  before: TagMap,
  after: TagMap,
): { readonly set: readonly (readonly [string, string])[]; readonly removed: readonly string[] } {
  return {
    set: [...after].filter(([name, value]) => before.get(name) !== value),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}
