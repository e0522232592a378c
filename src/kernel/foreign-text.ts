/** No pattern runs on more of an upstream's text than this, whatever its length. */
export const maxForeignCharacters = 4096;

/** The beginning of a foreign text, no half of a surrogate pair in it. */
export function cutText(text: string, maxCharacters = maxForeignCharacters): string {
  // Two more, so that a pair at the border is not taken for half of one.
  const cut = text
    .slice(0, maxCharacters + 2)
    .toWellFormed()
    .slice(0, maxCharacters);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

/** Control characters and line ends; and, apart, invisible ones, which turn or hide what is read. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
const invisible = /[\p{Cf}\p{Co}\p{Cn}]/gu;
/** Also short ones, of which each digit counts as one; and base64 in lines, of which each is shorter than a long run. */
const dataUrl = /data:[\w/+.-]{0,60}(?:;[\w=.+-]{1,60}){0,4},[\w+/=%-]*/gi;
const longRun = /[\w+/=-]{64,}|[\w+/=-]{32,}(?: [\w+/=-]{32,})+/g;
const secrets: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S{1,4096}/gi, '[link]'],
  [
    /\b(?:AIza[\w-]{10,}|AQ\.[\w-]{10,}|ya29\.[\w.-]{10,}|sk-[\w-]{6,}|Bearer\s{1,4}[\w.~+/=-]{8,})/gi,
    '[redacted]',
  ],
  [/\bprojects\/[\w:.-]{1,200}/gi, 'projects/[redacted]'],
  [/[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,200}/g, '[redacted]'],
];

/**
 * An upstream's text on one line, fit for a message and for the log: bounded, without anything that looks like a key, a
 * project, an address, a link, the data of a picture, or that a terminal or a page would act on.
 */
export function cleanText(text: string): string {
  let clean = cutText(text).replaceAll(controls, ' ').replaceAll(invisible, '');
  for (const [pattern, stand] of secrets) clean = clean.replaceAll(pattern, stand);
  return clean.replaceAll(dataUrl, '[data]').replaceAll(/\s+/g, ' ').replaceAll(longRun, '[data]').trim();
}

/** The same as a sentence of an error message: cut to `maxCharacters`, and ended. */
export function sentence(text: string, maxCharacters = 600): string {
  const flat = cleanText(text);
  const short = flat.length > maxCharacters ? `${cutText(flat, maxCharacters - 1)}…` : flat;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** A word of the upstream's, such as a reason it gives, as a message may show it. */
export function foreignWord(word: string): string {
  return cutText(cleanText(word), 64);
}
