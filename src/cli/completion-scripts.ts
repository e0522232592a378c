import type { CompletedCommand } from './completed-commands.ts';

/** Scripts that are printed once and then stand alone: completing a word starts no Plantain. */
export const completionScripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export type ShellName = keyof typeof completionScripts;

/** Lines of a `case` for the words that may follow each command. */
const perCommand = (
  commands: readonly CompletedCommand[],
  wordsOf: (command: CompletedCommand) => string,
): string => commands.map((command) => `    ${quoted(key(command))}) ${wordsOf(command)} ;;`).join('\n');

/** Lines of a `case` for what may follow an option that takes a value. */
const perValue = (
  commands: readonly CompletedCommand[],
  actionOf: (choices: readonly string[]) => string,
): string =>
  commands
    .flatMap((command) =>
      command.options
        .filter(({ takesValue }) => takesValue)
        .map(({ names, choices }) => {
          const patterns = names.map((name) => quoted(`${key(command)}:${name}`)).join('|');
          return `    ${patterns}) ${actionOf(choices)} ;;`;
        }),
    )
    .join('\n');

/** Finds the command that the words before the cursor lead to; the same in both shells. */
const findCommand = (commands: readonly CompletedCommand[]): string =>
  `    case "$command $word" in
      ${commands
        .filter(({ path }) => path.length > 0)
        .map((command) => quoted(key(command)))
        .join('|')}) command="$command $word" ;;
    esac`;

function bashScript(commands: readonly CompletedCommand[]): string {
  const words = ({ subcommands, options, choices }: CompletedCommand): string =>
    `words=${quoted([...subcommands.map(({ name }) => name), ...choices, ...options.flatMap(({ names }) => names)].join(' '))}`;
  return `# Completion of plantain for bash: eval "$(plantain completion bash)"
_plantain() {
  local current=\${COMP_WORDS[COMP_CWORD]} command= word words=
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${findCommand(commands)}
  done
  case "$command:\${COMP_WORDS[COMP_CWORD-1]}" in
${perValue(commands, (choices) => `COMPREPLY=($(compgen ${choices.length === 0 ? '-f' : `-W ${quoted(choices.join(' '))}`} -- "$current")); return`)}
  esac
  case "$command" in
${perCommand(commands, words)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _plantain plantain
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  const described = (name: string, summary: string): string =>
    quoted(`${name}:${summary.replaceAll(':', '\\:')}`);
  const words = ({ subcommands, options, choices }: CompletedCommand): string =>
    [
      `found=(${[...subcommands.map(({ name, summary }) => described(name, summary)), ...choices.map(quoted)].join(' ')})`,
      `options=(${options.flatMap(({ names, summary }) => names.map((name) => described(name, summary))).join(' ')})`,
    ].join('; ');
  return `#compdef plantain
# Completion of plantain for zsh: eval "$(plantain completion zsh)", after compinit
_plantain() {
  local command= word
  local -a found options
  for word in "\${(@)words[2,CURRENT-1]}"; do
${findCommand(commands)}
  done
  case "$command:\${words[CURRENT-1]}" in
${perValue(commands, (choices) => (choices.length === 0 ? '_files; return' : `compadd -- ${choices.join(' ')}; return`))}
  esac
  case "$command" in
${perCommand(commands, words)}
  esac
  if [[ $PREFIX == -* ]]; then _describe -o option options
  elif (( \${#found} )); then _describe command found
  else _files
  fi
}
if [[ \${funcstack[1]} == _plantain ]]; then _plantain "$@"; else compdef _plantain plantain; fi
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const when = `complete -c plantain -n '__plantain_is "${key(command)}"'`;
    return [
      ...command.subcommands.map(({ name, summary }) => `${when} -f -a ${name} -d ${fishQuoted(summary)}`),
      ...command.choices.map((choice) => `${when} -f -a ${choice}`),
      ...command.options.map(({ names, summary, takesValue, choices }) => {
        const flags = names.map((name) =>
          name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
        );
        const value = takesValue
          ? choices.length === 0
            ? ' -r -F'
            : ` -x -a ${fishQuoted(choices.join(' '))}`
          : '';
        return `${when} ${flags.join(' ')}${value} -d ${fishQuoted(summary)}`;
      }),
    ];
  });
  return `# Completion of plantain for fish
function __plantain_is
  set -l command ''
  for word in (commandline -opc)[2..-1]
    switch "$command $word"
      case ${commands
        .filter(({ path }) => path.length > 0)
        .map((command) => fishQuoted(key(command)))
        .join(' ')}
        set command "$command $word"
    end
  end
  test "$command" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** ` keys create`: each word behind a blank, as the scripts put them together. */
function key({ path }: CompletedCommand): string {
  return path.map((word) => ` ${word}`).join('');
}

/** For sh, bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
