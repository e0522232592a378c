/**
 * A regular expression, matched as a backtracking engine does and counted: how many characters and assertions it tries.
 * What it takes of a text does not depend on the machine, so that a test can tell work that grows with the square of
 * a text from work that grows with the text.
 */
export interface CountedRegex {
  /** Steps of looking for the expression everywhere in a text; Infinity past `maxSteps`. */
  stepsIn(text: string, maxSteps: number): number;
  /** Texts that it is made of: each character it knows, and every beginning of each of its alternatives. */
  readonly samples: readonly string[];
}

type Continue = (at: number) => boolean;
type Matcher = (at: number, next: Continue) => boolean;

interface Node {
  readonly match: Matcher;
  /** A text that it matches. */
  readonly sample: string;
}

export function countedRegex({ source, flags }: RegExp): CountedRegex {
  return new Parser(source, flags).compiled();
}

class Parser {
  readonly #source: string;
  readonly #flags: string;
  #index = 0;
  #text = '';
  #steps = 0;
  #maxSteps = 0;
  readonly #samples = new Set<string>();

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  compiled(): CountedRegex {
    const root = this.#alternatives();
    if (this.#index < this.#source.length) throw new Error(`cannot read /${this.#source}/`);
    return {
      samples: [...this.#samples].filter((sample) => sample !== ''),
      stepsIn: (text, maxSteps) => {
        this.#text = text;
        this.#steps = 0;
        this.#maxSteps = maxSteps;
        for (let at = 0; at <= text.length; ) {
          let matchEnd = -1;
          const isFound = root.match(at, (end) => {
            matchEnd = end;
            return true;
          });
          if (this.#steps > maxSteps) return Number.POSITIVE_INFINITY;
          if (!isFound) matchEnd = -1;
          if (matchEnd === -1 && this.#has('y')) break;
          // A global search goes on behind a match; any other is over with the first, which is never more work.
          at = matchEnd > at ? matchEnd : at + 1;
        }
        return this.#steps;
      },
    };
  }

  /** Counts a step; false once there were too many, and everything fails. */
  #step(): boolean {
    return ++this.#steps <= this.#maxSteps;
  }

  #alternatives(): Node {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    const [first] = options;
    if (options.length === 1 && first !== undefined) return first;
    return {
      sample: first?.sample ?? '',
      match: (at, next) => options.some(({ match }) => match(at, next)),
    };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    let sample = '';
    while (this.#index < this.#source.length && !'|)'.includes(this.#source[this.#index] ?? '')) {
      const node = this.#quantified();
      nodes.push(node);
      sample += node.sample;
      this.#samples.add(sample);
    }
    const match = nodes.reduceRight<(next: Continue) => Continue>(
      (rest, node) => (next) => {
        const then = rest(next);
        return (at) => node.match(at, then);
      },
      (next) => next,
    );
    return { sample, match: (at, next) => match(next)(at) };
  }

  #quantified(): Node {
    const atom = this.#atom();
    const [whole, symbol, least, comma, most] = this.#read(/([*+?])|\{(\d+)(,?)(\d*)\}/y) ?? [];
    if (whole === undefined) return atom;
    const isLazy = this.#take('?');
    const min = symbol === undefined ? Number(least) : symbol === '+' ? 1 : 0;
    const max =
      symbol === undefined
        ? comma === ''
          ? min
          : most === ''
            ? Number.POSITIVE_INFINITY
            : Number(most)
        : symbol === '?'
          ? 1
          : Number.POSITIVE_INFINITY;
    const repeat = (count: number, at: number, next: Continue): boolean => {
      const more = (): boolean =>
        count < max && atom.match(at, (end) => (end > at || count < min) && repeat(count + 1, end, next));
      if (count < min) return more();
      return isLazy ? next(at) || more() : more() || next(at);
    };
    return { sample: atom.sample.repeat(Math.max(1, min)), match: (at, next) => repeat(0, at, next) };
  }

  #atom(): Node {
    if (this.#take('^'))
      return this.#assertion((at) => at === 0 || (this.#has('m') && this.#text[at - 1] === '\n'));
    if (this.#take('$'))
      return this.#assertion((at) => at === this.#text.length || (this.#has('m') && this.#text[at] === '\n'));
    if (this.#take('\\b'))
      return this.#assertion((at) => isWord(this.#text[at - 1]) !== isWord(this.#text[at]));
    if (this.#take('\\B'))
      return this.#assertion((at) => isWord(this.#text[at - 1]) === isWord(this.#text[at]));
    const group = this.#read(/\((\?:|\?=|\?!|\?<=|\?<!|\?<\w+>|)/y);
    if (group !== undefined) return this.#group(group[1] ?? '');
    return this.#character();
  }

  #group(kind: string): Node {
    const inner = this.#alternatives();
    if (!this.#take(')')) throw new Error(`unclosed group in /${this.#source}/`);
    if (kind === '?=') return this.#assertion((at) => inner.match(at, () => true));
    if (kind === '?!') return this.#assertion((at) => !inner.match(at, () => true));
    if (kind !== '?<=' && kind !== '?<!') return inner;
    const isBehind = (at: number): boolean =>
      Array.from({ length: at + 1 }, (_, back) => at - back).some((start) =>
        inner.match(start, (end) => end === at),
      );
    return this.#assertion((at) => isBehind(at) === (kind === '?<='));
  }

  /** A character, a class or an escape; the engine itself says what it stands for. */
  #character(): Node {
    const literal =
      this.#read(
        /\[(?:\\.|[^\]\\])*\]|\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|\D)|[^\\]/iy,
      ) ?? [];
    if (literal[0] === undefined) throw new Error(`cannot read /${this.#source}/ at ${this.#index}`);
    const one = new RegExp(`^${literal[0]}$`, this.#flags.replaceAll(/[gym]/g, ''));
    const sample = candidates.find((candidate) => one.test(candidate)) ?? '';
    this.#samples.add(sample);
    return {
      sample,
      match: (at, next) => {
        const character = this.#text[at];
        return this.#step() && character !== undefined && one.test(character) && next(at + 1);
      },
    };
  }

  #assertion(holds: (at: number) => boolean): Node {
    return {
      sample: '',
      match: (at, next) => {
        return this.#step() && holds(at) && next(at);
      },
    };
  }

  #has(flag: string): boolean {
    return this.#flags.includes(flag);
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#index)) return false;
    this.#index += text.length;
    return true;
  }

  #read(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#index;
    const match = pattern.exec(this.#source) ?? undefined;
    if (match !== undefined) this.#index = pattern.lastIndex;
    return match;
  }
}

/** Characters to try for a sample, plain ones first. */
const candidates = [
  ...'a1 AbzZ09_-.,:;/\\"\'`@#$%&*+=<>()[]{}|^~?!',
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
  ...'×\u200b\u2028\ue000\u0378\ud83c',
];

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
