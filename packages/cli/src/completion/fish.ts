import type { OfferedCommand } from './command-tree.ts';

/** A completion script for fish. */
export function fishCompletion(commands: readonly OfferedCommand[]): string {
  const paths = commands.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ');
  return `# Completion of keywitness for fish: keywitness completion fish | source
function __keywitness_at
  set -l path ''
  set -l words (commandline -opc)
  set -e words[1]
  for word in $words
    set -l longer (string trim -- "$path $word")
    if contains -- $longer ${paths}
      set path $longer
    end
  end
  test "$path" = "$argv[1]"
end
complete -c keywitness -f
${commands.flatMap(rules).join('\n')}
`;
}

function rules({ path, subcommands, options, choices, takesFile }: OfferedCommand): readonly string[] {
  const at = `complete -c keywitness -n ${quoted(`__keywitness_at ${quoted(path)}`)}`;
  return [
    ...subcommands.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...choices.map((choice) => `${at} -a ${choice}`),
    ...(takesFile ? [`${at} -F`] : []),
    ...options.map(({ flag, description, takesValue, takesFile: isFile, choices: values }) => {
      const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
      return `${at} -l ${flag.slice(2)}${value}${isFile ? ' -F' : ''} -d ${quoted(description)}`;
    }),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
