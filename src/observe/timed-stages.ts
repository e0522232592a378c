import type { Permit } from '../journey/admission.ts';
import type { Dialect } from '../journey/dialect.ts';
import type { Stages } from '../journey/stages.ts';

/** The steps of an order, as its metrics name them. */
export type StageName =
  | 'authenticate'
  | 'read'
  | 'prepare'
  | 'admit'
  | 'draw'
  | 'finish'
  | 'keep'
  | 'settle'
  | 'write';

/** Hears of each step of an order that has ended, and how long it took; of one that ended badly, with what it threw. */
export type StageListener = (stage: StageName, durationMs: number, error?: unknown) => void;

/** The same stages, each told of when it has ended. Nobody who does not ask for that pays for it. */
export function timedStages(stages: Stages, onStage: StageListener): Stages {
  const timed = timing(onStage);
  return {
    ...stages,
    authenticate: (credentials) => timed('authenticate', () => stages.authenticate(credentials)),
    admit: async (order, scope) => timedPermit(await timed('admit', () => stages.admit(order, scope)), timed),
    prepare: (order, scope) => timed('prepare', () => stages.prepare(order, scope)),
    draw: (order, ...rest) => timed('draw', () => stages.draw(order, ...rest)),
    finish: (order, ...rest) => timed('finish', () => stages.finish(order, ...rest)),
    keep: (order, ...rest) => timed('keep', () => stages.keep(order, ...rest)),
  };
}

/** The same dialect, with its reading and writing told of. Of a stream, the writing is as long as the order. */
export function timedDialect(dialect: Dialect, onStage: StageListener): Dialect {
  const timed = timing(onStage);
  return {
    ...dialect,
    read: (request, caller, scope) => timed('read', () => dialect.read(request, caller, scope)),
    writeResult: (result) => {
      const beganAtMs = performance.now();
      const answer = dialect.writeResult(result);
      onStage('write', performance.now() - beganAtMs);
      return answer;
    },
  };
}

type Timed = ReturnType<typeof timing>;

function timing(onStage: StageListener) {
  return async <Result>(stage: StageName, work: () => Promise<Result>): Promise<Result> => {
    const beganAtMs = performance.now();
    try {
      const result = await work();
      onStage(stage, performance.now() - beganAtMs);
      return result;
    } catch (thrown) {
      onStage(stage, performance.now() - beganAtMs, thrown);
      throw thrown;
    }
  };
}

function timedPermit(permit: Permit, timed: Timed): Permit {
  return {
    ...permit,
    settle: (settlement) => timed('settle', () => permit.settle(settlement)),
    release: (error) => timed('settle', () => permit.release(error)),
  };
}
