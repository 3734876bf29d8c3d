import type { OfferedCommand } from './command-tree.ts';

/** A completion script for bash. */
export function bashCompletion(commands: readonly OfferedCommand[]): string {
  return `# Completion of keywitness for bash: source <(keywitness completion bash)
_keywitness() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path= word words= files=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${commands.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path:$previous" in
${optionValues(commands)}
    *)
      case "$path" in
${commands.map(candidates).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files && $current != -* ]]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _keywitness keywitness
`;
}

function optionValues(commands: readonly OfferedCommand[]): string {
  return commands
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(
          ({ flag, choices, takesFile }) =>
            `    '${path}:${flag}') words='${choices.join(' ')}'${takesFile ? ' files=yes' : ''} ;;`,
        ),
    )
    .join('\n');
}

function candidates({ path, subcommands, options, choices, takesFile }: OfferedCommand): string {
  const words = [...subcommands.map(({ name }) => name), ...choices, ...options.map(({ flag }) => flag)].join(
    ' ',
  );
  return `        '${path}') words='${words}'${takesFile ? ' files=yes' : ''} ;;`;
}
