import type { OfferedCommand, OfferedOption } from './command-tree.ts';

/** A completion script for zsh. */
export function zshCompletion(commands: readonly OfferedCommand[]): string {
  return `#compdef keywitness
# Completion of keywitness for zsh: source <(keywitness completion zsh)
_keywitness() {
  local path_words= word previous=\${words[CURRENT-1]}
  local -a offers
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_words:+$path_words }$word" in
      ${commands.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join('|')}) path_words="\${path_words:+$path_words }$word" ;;
    esac
  done
  case "$path_words:$previous" in
${commands.flatMap(optionValues).join('\n')}
  esac
  case "$path_words" in
${commands.map(candidates).join('\n')}
  esac
}
compdef _keywitness keywitness
`;
}

function optionValues({ path, options }: OfferedCommand): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map((option) => `    '${path}:${option.flag}') ${valuesOf(option)} return ;;`);
}

function valuesOf({ takesFile, choices }: OfferedOption): string {
  if (choices.length > 0) return `compadd -- ${choices.join(' ')};`;
  return takesFile ? '_files;' : '';
}

function candidates({ path, subcommands, options, choices, takesFile }: OfferedCommand): string {
  const offers = [
    ...subcommands.map(({ name, description }) => offer(name, description)),
    ...choices.map((choice) => offer(choice, choice)),
    ...options.map(({ flag, description }) => offer(flag, description)),
  ].join(' ');
  return `    '${path}') offers=(${offers}); _describe 'keywitness' offers${takesFile ? '; _files' : ''} ;;`;
}

function offer(name: string, description: string): string {
  return `'${name}:${description.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`;
}
