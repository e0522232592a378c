/** What people put between quotation marks, in the marks of many languages. */
const quotations =
  /"([^"\n]*)"|“([^”\n]*)”|„([^“”\n]+)[“”]|«([^»\n]+)»|「([^」\n]+)」|『([^』\n]+)』|(?<![\p{L}\p{N}])['‘]([^'’\n]+)['’](?![\p{L}\p{N}])/gu;
const MAX_QUOTATIONS = 3;
const MAX_CHARACTERS = 80;

/** The quoted words of a prompt, which it wants to see in letters; the longest of them are cut. */
export function quotedWords(prompt: string): readonly string[] {
  return [...prompt.matchAll(quotations)]
    .map((match) => (match.slice(1).find((group) => group !== undefined) ?? '').trim())
    .filter((words) => words !== '')
    .slice(0, MAX_QUOTATIONS)
    .map((words) =>
      [...words].length > MAX_CHARACTERS ? `${[...words].slice(0, MAX_CHARACTERS).join('')}…` : words,
    );
}
