import type { Permit } from '../journey/admission.ts';
import type { Dialect } from '../journey/dialect.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { Credentials } from '../journey/image-request.ts';
import type { Stages } from '../journey/stages.ts';

/** The steps of an order, as its metrics and traces name them. */
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

/** A step of an order that has ended. */
export interface TimedStage {
  readonly stage: StageName;
  /** Of the clock of `performance.now()`. */
  readonly beganAtMs: number;
  readonly durationMs: number;
  readonly isFailed: boolean;
  /** Whose step it was: an order's id, or what it asked to be known by when there was none yet. */
  readonly of: string | Credentials;
}

export type StageListener = (stage: TimedStage) => void;

/** The same stages, each told of when it has ended. Nobody who does not ask for that pays for it. */
export function timedStages(stages: Stages, onStage: StageListener): Stages {
  const timed = timing(onStage);
  return {
    ...stages,
    authenticate: (credentials) => timed('authenticate', credentials, () => stages.authenticate(credentials)),
    admit: async (order, scope) =>
      timedPermit(await timed('admit', order.id, () => stages.admit(order, scope)), order, timed),
    prepare: (order, scope) => timed('prepare', order.id, () => stages.prepare(order, scope)),
    draw: (order, ...rest) => timed('draw', order.id, () => stages.draw(order, ...rest)),
    finish: (order, ...rest) => timed('finish', order.id, () => stages.finish(order, ...rest)),
    keep: (order, ...rest) => timed('keep', order.id, () => stages.keep(order, ...rest)),
  };
}

/** The same dialect, with its reading and writing told of. Of a stream, the writing is as long as the order. */
export function timedDialect(dialect: Dialect, onStage: StageListener): Dialect {
  const timed = timing(onStage);
  return {
    ...dialect,
    read: (request, caller, scope) => timed('read', request.id, () => dialect.read(request, caller, scope)),
    writeResult: (result) => {
      const beganAtMs = performance.now();
      const answer = dialect.writeResult(result);
      const durationMs = performance.now() - beganAtMs;
      onStage({ stage: 'write', beganAtMs, durationMs, isFailed: false, of: result.order.id });
      return answer;
    },
  };
}

type Timed = ReturnType<typeof timing>;

function timing(onStage: StageListener) {
  return async <Result>(
    stage: StageName,
    of: string | Credentials,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const beganAtMs = performance.now();
    let isFailed = true;
    try {
      const result = await work();
      isFailed = false;
      return result;
    } finally {
      onStage({ stage, beganAtMs, durationMs: performance.now() - beganAtMs, isFailed, of });
    }
  };
}

function timedPermit(permit: Permit, order: ImageOrder, timed: Timed): Permit {
  return {
    ...permit,
    settle: (settlement) => timed('settle', order.id, () => permit.settle(settlement)),
    release: (error) => timed('settle', order.id, () => permit.release(error)),
  };
}
