import type { BodyName } from './bodies/body-specs.ts';
import type { PictureLoss } from './measure/picture-loss.ts';

/** Everything one run of the bench measured, as written to `bench/results/`. */
export interface BenchResults {
  readonly schema: 1;
  readonly startedAt: string;
  readonly elapsedSeconds: number;
  readonly isQuick: boolean;
  readonly machine: MachineFacts;
  readonly targets: readonly { readonly id: string; readonly label: string; readonly version: string }[];
  readonly images?: readonly ImageFigures[];
  /** The same from an upstream over TLS, in chunks. */
  readonly tls?: readonly ImageFigures[];
  readonly latency?: readonly LatencyFigures[];
  readonly modes?: readonly ModeFigures[];
  readonly small?: readonly SmallFigures[];
  readonly choosing?: ChoosingFigures;
  readonly observing?: readonly ObservingFigures[];
  readonly pixels?: PixelFigures;
  readonly conversions?: readonly ConversionFigures[];
  readonly admission?: readonly AdmissionFigures[];
  readonly start?: StartFigures;
  readonly waiting?: readonly WaitingFigures[];
  readonly burst?: readonly BurstFigures[];
  readonly soak?: SoakFigures;
  /** Answers that were not what they had to be; a run with any proves nothing. */
  readonly failures: readonly string[];
}

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly system: string;
  readonly node: string;
  /** One-minute load average before anything was started: other work on the machine makes figures noisy. */
  readonly loadBefore: number;
}

/** One kind of order at one target, over all rounds. */
export interface CostFigures {
  readonly target: string;
  readonly completed: number;
  /** `rounds`: each round's, in order; not finite where it brought none. */
  readonly cpuMs: { readonly median: number; readonly least: number; readonly rounds: readonly number[] };
  readonly perSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** Highest resident memory of the target's processes over all rounds. */
  readonly peakBytes: number;
}

export interface ImageFigures extends CostFigures {
  readonly body: BodyName;
  readonly concurrency: number;
}

export interface ModeFigures extends CostFigures {
  readonly mode: string;
}

export interface ObservingFigures extends CostFigures {
  readonly body: BodyName;
  /** What is on. */
  readonly way: 'neither' | 'metrics' | 'metrics and traces';
  /** Processor time to that of `neither` in the same round: the median, and between which half of the rounds lie. */
  readonly toNeither: { readonly median: number; readonly low: number; readonly high: number };
}

export interface SmallFigures extends CostFigures {
  readonly request: string;
}

export interface LatencyFigures {
  readonly target: string;
  readonly body: BodyName;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Orders whose pictures are worked on. */
export interface PixelFigures {
  readonly queues: readonly QueueFigures[];
  /** Of 4K; absent in a quick run. */
  readonly maskedEdit?: CostFigures | undefined;
}

/** A server with more pictures to convert than it has processors, and what others feel of it. */
export interface QueueFigures extends CostFigures {
  readonly conversion: string;
  readonly inFlight: number;
  /** How late the event loop was, every millisecond, and how long a request without work took, every five. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly pingMs: { readonly p50: number; readonly p99: number };
}

/** One picture made into another format. */
export interface ConversionFigures extends PictureLoss {
  readonly picture: string;
  readonly format: string;
  /** The encoder's. */
  readonly setting: string;
  /** The least of the rounds. */
  readonly cpuMs: number;
  readonly bytes: number;
  /** Of the JPEG that it is made from. */
  readonly sourceBytes: number;
}

/** CPU time of one choice of an upstream and of what is learnt when its call has ended, without the call. */
export interface ChoosingFigures {
  readonly upstreams: number;
  readonly models: number;
  readonly microseconds: { readonly median: number; readonly least: number };
}

/** The book alone: orders that are admitted and settled at once, without a server or an upstream. */
export interface AdmissionFigures {
  readonly database: 'SQLite' | 'PostgreSQL';
  /** How many counters the orders share. */
  readonly subjects: string;
  readonly inFlight: number;
  /** Orders admitted and settled. */
  readonly perSecond: { readonly median: number; readonly best: number };
  /** From asking to being admitted. */
  readonly admissionMs: { readonly p50: number; readonly p99: number };
  /** Of the process, the database's own not included where that is another one. */
  readonly cpuUs: number;
}

export interface StartFigures {
  /** From the process's start to the first 200 of `/readyz`: with a fresh data directory, and with a used one. */
  readonly firstMs: number;
  readonly againMs: number;
  readonly idleBytes: number;
  readonly ways: readonly StartWay[];
}

/** A start to ready from one program, in turns with the others. */
export interface StartWay {
  readonly id: string;
  readonly ms: { readonly min: number; readonly median: number };
  /** Until it is ready. */
  readonly cpuMs: { readonly min: number; readonly median: number };
  /** Not a number in a quick run. */
  readonly idleBytes: number;
}

export interface WaitingFigures {
  readonly orders: number;
  readonly restBytes: number;
  readonly peakBytes: number;
  readonly bytesPerOrder: number;
}

export interface BurstFigures {
  readonly target: string;
  readonly orders: number;
  readonly inFlightBytes: number;
  readonly restBytes: number;
  readonly peakBytes: number;
}

export interface SoakFigures {
  readonly minutes: number;
  readonly orders: number;
  /** Resident memory over time. */
  readonly samples: readonly { readonly atSeconds: number; readonly residentBytes: number }[];
  /** Slope over the last two thirds. */
  readonly bytesPerHour: number;
}
