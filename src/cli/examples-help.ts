/** The end of a command's help: what people copy. */
export function examplesHelp(examples: readonly (readonly [command: string, meaning: string])[]): string {
  return `\nExamples:\n${examples.map(([command, meaning]) => `  # ${meaning}\n  ${command}`).join('\n')}`;
}
