import type { Plan } from './plan.ts';
import type { Outcome, Tried } from './try-mutants.ts';

export interface RoomScore {
  readonly room: string;
  readonly found: number;
  readonly tried: number;
  readonly killed: number;
  readonly timeouts: number;
  readonly survived: number;
  readonly equivalent: number;
  /** Of those tried, the share that was noticed: 0 to 1. */
  readonly score: number;
}

export function scoreOf({ room, found, equivalent }: Plan, tried: readonly Tried[]): RoomScore {
  const count = (outcome: Outcome): number => tried.filter((one) => one.outcome === outcome).length;
  const [killed, timeouts, survived] = [count('killed'), count('timeout'), count('survived')];
  const counted = killed + timeouts + survived;
  const score = counted === 0 ? 1 : (killed + timeouts) / counted;
  return { room: room.name, found, tried: counted, killed, timeouts, survived, equivalent, score };
}

/** A Markdown table, a line for each room. */
export function scoreTable(scores: readonly RoomScore[]): string {
  const rows = scores.map((score) => [
    score.room,
    score.found,
    score.tried,
    score.killed,
    score.timeouts,
    score.survived,
    score.equivalent,
    `${(score.score * 100).toFixed(1)} %`,
  ]);
  const head = ['room', 'mutants', 'tried', 'killed', 'timed out', 'survived', 'equivalent', 'score'];
  const lines = [head, ['---', ...head.slice(1).map(() => '--:')], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Where to look, and what nobody would notice there. */
export function survivorLines(tried: readonly Tried[]): string[] {
  return tried
    .filter(({ outcome }) => outcome === 'survived')
    .map(({ mutant }) => mutant)
    .toSorted((left, right) => left.file.localeCompare(right.file) || left.start - right.start)
    .map(({ file, line, lineText, change, guard }) => {
      const where = `${file}:${line}`;
      return `${where}  ${change}${guard === undefined ? '' : `  (${guard})`}\n    ${lineText}`;
    });
}

/** What became of a mutant, and which test noticed it. */
export function outcomeLine({ mutant, outcome, noticedBy }: Tried): string {
  const { file, line, change } = mutant;
  // The name of a test may have line ends in it.
  const by = noticedBy === undefined ? '' : `  (${noticedBy.replaceAll(/\s+/g, ' ')})`;
  return `${outcome}  ${file}:${line}  ${change}${by}`;
}
