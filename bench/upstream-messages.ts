import type { BodyName } from './bodies/body-specs.ts';
import type { PhotographName } from './bodies/photograph.ts';

export type AnswerName = BodyName | PhotographName;

/** What the upstream process does next; it confirms with `ready`. */
export interface UpstreamOrder {
  readonly kind: 'answer';
  readonly body: AnswerName;
  /** Milliseconds between a request's last byte and the answer's first. */
  readonly thinkMs: number;
  /** SHA-256 of the base64 of the pictures every request must carry, in order; others are answered 400. */
  readonly references: readonly string[];
}

export type UpstreamReport =
  | { readonly kind: 'listening'; readonly port: number; readonly tlsPort: number }
  | { readonly kind: 'ready' };
