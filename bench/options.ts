import { parseArgs } from 'node:util';
import { type BodyName, bodyNames, isBodyName } from './bodies/body-specs.ts';
import { projectDir } from './paths.ts';
import { type GivenTarget, parseGivenTarget } from './targets/given.ts';

export const scenarioNames = [
  'images',
  'tls',
  'latency',
  'modes',
  'small',
  'choosing',
  'admission',
  'start',
  'observing',
  'pixels',
  'conversions',
  'waiting',
  'burst',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];
/** The others start a PostgreSQL, look for differences that only many rounds show, or encode hundreds of pictures: minutes, all of them. */
const quickScenarios = scenarioNames.filter(
  (name) => name !== 'admission' && name !== 'observing' && name !== 'conversions',
);

/** How a load is run and measured: warm-up, then rounds whose median counts. */
export interface LoadShape {
  readonly concurrency: number;
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly roundMs: number;
}

export interface BenchOptions {
  readonly isQuick: boolean;
  readonly scenarios: ReadonlySet<ScenarioName>;
  readonly bodies: readonly BodyName[];
  readonly shape: Omit<LoadShape, 'concurrency'>;
  readonly latencyTurns: number;
  readonly startRounds: number;
  readonly waitingOrders: readonly number[];
  readonly thinkMs: number;
  readonly burstOrders: number;
  readonly soakMinutes: number | undefined;
  readonly npmPeers: boolean;
  readonly liteLlm: boolean;
  readonly isPinned: boolean;
  readonly from: 'dist' | 'src';
  readonly builds: boolean;
  readonly productDir: string;
  /** Flags for the product's Node.js. */
  readonly nodeOptions: readonly string[];
  /** Other versions of the product to run beside it: name and directory. */
  readonly also: readonly (readonly [name: string, dir: string])[];
  readonly given: readonly GivenTarget[];
  readonly upstreamPort: number;
  readonly checks: boolean;
  readonly writesDocs: boolean;
  /** Results to show or check instead of measuring. */
  readonly resultsFile: string | undefined;
}

export const help = `Measures Plantain beside a plain reverse proxy and beside its peers.

  npm run bench -- [flags]

  --quick               a smaller run of two minutes beside one nginx, without peers, admission, observing and conversions
  --check               fail when a limit of bench/budget.json is passed; with --quick, only ratios and memory count
  --write-docs          write the figures and plots into docs/performance.md
  --peers               also LiteLLM, installed from PyPI on first use (minutes); with --quick also the npm peers
  --no-peers            nginx alone
  --soak MINUTES        a soak of that length: alone, or after what --only names
  --only NAMES          some of ${scenarioNames.join(', ')}
  --bodies NAMES        some of ${bodyNames.join(', ')}
  --rounds N            interleaved rounds
  --round-ms N          length of a round
  --warm-up-ms N        length of each warm-up
  --pin                 the target on processor 0, load generator and upstream on the others
  --from dist|src       the built package, as users run it (default), or the sources
  --no-build            take dist as it is
  --product DIR         the package to measure
  --also NAME=DIR       another version of Plantain, measured beside it; may be repeated
  --node-option FLAG    a flag for the product's Node.js; may be repeated
  --target NAME=URL[,pid=N][,key=K][,model=M]
                        any other gateway, started by hand; may be repeated
  --upstream-port N     a fixed port for the upstream, to point such gateways at
  --results FILE        show, check or write docs from an earlier run instead of measuring
`;

/** Reads the command line. Throws Error with a plain sentence. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      'no-peers': { type: 'boolean', default: false },
      soak: { type: 'string' },
      only: { type: 'string' },
      bodies: { type: 'string' },
      rounds: { type: 'string' },
      'round-ms': { type: 'string' },
      'warm-up-ms': { type: 'string' },
      pin: { type: 'boolean', default: false },
      from: { type: 'string', default: 'dist' },
      'no-build': { type: 'boolean', default: false },
      product: { type: 'string', default: projectDir },
      also: { type: 'string', multiple: true, default: [] },
      'node-option': { type: 'string', multiple: true, default: [] },
      target: { type: 'string', multiple: true, default: [] },
      'upstream-port': { type: 'string', default: '0' },
      results: { type: 'string' },
    },
  });
  if (values.help === true) return 'help';
  if (values.from !== 'dist' && values.from !== 'src') throw new Error('--from is dist or src');
  const { quick } = values;
  const number = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : positive(text);
  return {
    isQuick: quick,
    scenarios: new Set(
      values.soak !== undefined && values.only === undefined
        ? []
        : names(values.only, quick ? quickScenarios : scenarioNames, isScenarioName),
    ),
    bodies:
      values.bodies === undefined && quick
        ? ['0.8 kB', '2.7 MiB', '16 MiB']
        : names(values.bodies, bodyNames, isBodyName),
    shape: {
      warmUpMs: number(values['warm-up-ms'], quick ? 1000 : 4000),
      rounds: number(values.rounds, quick ? 2 : 5),
      roundMs: number(values['round-ms'], quick ? 500 : 2000),
    },
    latencyTurns: quick ? 3 : 15,
    startRounds: number(values.rounds, quick ? 1 : 5),
    waitingOrders: quick ? [1000] : [1, 64, 256, 1000],
    thinkMs: quick ? 3000 : 10_000,
    burstOrders: 64,
    soakMinutes: values.soak === undefined ? undefined : positive(values.soak),
    npmPeers: !values['no-peers'] && (!quick || values.peers),
    liteLlm: values.peers,
    isPinned: values.pin,
    from: values.from,
    builds: values.from === 'dist' && !values['no-build'],
    productDir: values.product,
    nodeOptions: values['node-option'],
    also: values.also.map(nameAndDir),
    given: values.target.map(parseGivenTarget),
    upstreamPort: Number(values['upstream-port']),
    checks: values.check,
    writesDocs: values['write-docs'],
    resultsFile: values.results,
  };
}

function names<Name extends string>(
  text: string | undefined,
  all: readonly Name[],
  isName: (name: string) => name is Name,
): Name[] {
  if (text === undefined) return [...all];
  return text.split(',').map((name) => {
    if (!isName(name)) throw new Error(`"${name}" is none of ${all.join(', ')}`);
    return name;
  });
}

function isScenarioName(name: string): name is ScenarioName {
  return (scenarioNames as readonly string[]).includes(name);
}

function nameAndDir(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`--also ${text}: write NAME=DIR`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`"${text}" is not a positive number`);
  return value;
}
