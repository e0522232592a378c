import type { EditOutcome } from './edit/draw-edit.ts';
import { fontMetrics } from './font-metrics.ts';
import { drawableText } from './letters.ts';
import type { Motif } from './prompt-motif.ts';

/** What a picture says of itself when it is not what the prompt asked for; empty when there is nothing to say. */
export function undrawnNotice(motif: Motif, edited: EditOutcome | undefined): string {
  if (motif.words.some((words) => drawableText(words, fontMetrics()) === ''))
    return 'The quoted words are in a script that the sandbox has no letters for.';
  if (edited !== undefined)
    return edited.isUnderstood ? '' : 'No change in these words that the sandbox can make.';
  const { said, weather, words } = motif;
  const isKnown =
    said.subject || said.setting || said.light || said.season || weather !== null || words.length > 0;
  return isKnown ? '' : 'No motif in these words that the sandbox can draw.';
}
