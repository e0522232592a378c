/** The comment at the top of a generated page, so that nobody edits the page itself. */
export function generatedNote(...sources: readonly string[]): string {
  return `<!-- Written from ${sources.join(' and ')} by docs/generate.ts. Change it there, then run \`npm run docs\`. -->`;
}
