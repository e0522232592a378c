/** Of a model's name, what a bill does not repeat. */
const beside = /^(?:preview|latest|exp|generate|\d{3})$/;

/** A model with the names that a bill may call it by. */
export interface NamedModel {
  readonly id: string;
  readonly names: readonly string[];
}

/**
 * Finds the model that a SKU of a bill is about, by the words of its description, as in `Gemini 3 Pro Image output tokens`:
 * all words of a name have to be there, and the longest name counts. Undefined: it is about none of them.
 */
export function skuModels(models: readonly NamedModel[]): (sku: string) => string | undefined {
  const known = models
    .flatMap(({ id, names }) =>
      [id, ...names].map((name) => ({ id, words: wordsOf(name).filter((word) => !beside.test(word)) })),
    )
    .filter(({ words }) => words.length > 1)
    .toSorted((one, other) => other.words.length - one.words.length);
  const found = new Map<string, string | undefined>();
  return (sku) => {
    if (!found.has(sku)) {
      const words = new Set(wordsOf(sku));
      found.set(sku, known.find((model) => model.words.every((word) => words.has(word)))?.id);
    }
    return found.get(sku);
  };
}

/** `gemini-2.5-flash` → gemini, 2.5, flash; 4.0 is 4. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9.]+/)
    .map((word) => word.replace(/^(\d+)\.0$/, '$1').replaceAll(/^\.+|\.+$/g, ''))
    .filter((word) => word !== '');
}
