/** What people try, as they typed it, and the command that does it, with what it does. */
const guesses: readonly (readonly [tried: RegExp, command: string, does: string])[] = [
  [/^(draw|paint|create|imagine|images?|gen) /, 'plantain generate <prompt>', 'draws a picture'],
  [/^(start|run|up|server) /, 'plantain serve', 'serves the API'],
  [/^(status|ping) /, 'plantain health', 'asks whether the server is alive'],
  [/^(logs?|history) /, 'plantain orders list', 'lists what was drawn'],
  [/^(login|console|ui) /, 'plantain admin secret', 'shows what signs in at the console'],
  [/^models? /, 'plantain models', 'lists all models and takes no name'],
  [/^config (explain|show|list|get) /, 'plantain config explain', 'shows every setting'],
  [/^keys? (show|get) /, 'plantain keys list', 'shows the keys'],
  [/^keys? (add|new|make) /, 'plantain keys create --name <name>', 'makes a key'],
  [/^keys? (delete|remove|rm) /, 'plantain keys revoke <key>', 'ends a key'],
  [/^projects? (show|get) /, 'plantain projects list', 'shows the projects'],
  [/^projects? (add|new|make) /, 'plantain projects create <name>', 'makes a project'],
  [/^projects? (delete|remove|rm) /, 'plantain projects archive <project>', 'ends a project and its keys'],
];

/** The command that words which are none were likely meant for, as a sentence. */
export function naturalGuess(words: readonly string[]): string | undefined {
  const typed = `${words.filter((word) => !word.startsWith('-')).join(' ')} `;
  const found = guesses.find(([tried]) => tried.test(typed));
  return found && `\`${found[1]}\` ${found[2]}.`;
}
