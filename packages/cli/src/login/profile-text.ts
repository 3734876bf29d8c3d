/** Names and values of a profile. */
export type Settings = Readonly<Record<string, string>>;

/** A part of a file of profiles: a header with the lines under it, or the lines before the first header. */
interface Section {
  readonly name: string | undefined;
  readonly lines: readonly string[];
}

/** Spaces inside the brackets belong to the name, for AWS's own tools too. */
const header = /^\s*\[([^\]]+)\]/;
const setting = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/;

/** What a profile says. Of a name that is there twice, the last value counts, as for AWS's own tools. */
export function readSettings(text: string, profile: string): Settings {
  const lines = split(text)
    .filter(({ name }) => name === profile)
    .flatMap((section) => section.lines);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = setting.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The text with these settings in the profile, and every other line as it was. */
export function putSettings(text: string, profile: string, settings: Settings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const sections = split(dropSettings(text, profile, Object.keys(settings)));
  const at = sections.findIndex(({ name }) => name === profile);
  if (at === -1) {
    const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return `${text}${gap}${[`[${profile}]`, ...lines].join('\n')}\n`;
  }
  return join(
    sections.map((section, index) => {
      if (index !== at) return section;
      const [first = '', ...rest] = section.lines;
      const isWithoutBreak = rest.length === 0 && index === sections.length - 1;
      return { ...section, lines: [first, ...lines, ...(isWithoutBreak ? [''] : rest)] };
    }),
  );
}

/** The text without these settings in the profile, and every other line as it was. */
export function dropSettings(text: string, profile: string, names: readonly string[]): string {
  const isDropped = (line: string): boolean => names.includes(setting.exec(line)?.[1] ?? '');
  return join(
    split(text).map((section) =>
      section.name === profile
        ? { ...section, lines: section.lines.filter((line) => !isDropped(line)) }
        : section,
    ),
  );
}

function split(text: string): readonly Section[] {
  const sections: { name: string | undefined; lines: string[] }[] = [{ name: undefined, lines: [] }];
  for (const line of text.split('\n')) {
    const name = header.exec(line)?.[1];
    if (name === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ name, lines: [line] });
  }
  return sections;
}

function join(sections: readonly Section[]): string {
  return sections.flatMap(({ lines }) => lines).join('\n');
}
