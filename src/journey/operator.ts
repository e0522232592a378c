import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from './image-request.ts';

/** What one who looks after the server may do: everything, or look at what is no secret. */
export const operatorRoles = ['admin', 'viewer'] as const;
export type OperatorRole = (typeof operatorRoles)[number];

/** One who was let into the admin API. */
export interface Operator {
  readonly role: OperatorRole;
  /** Who that is, for the record: how they came in, or their name where it is known. */
  readonly name: string;
  /** Of the browser's session they came with; absent with a secret. */
  readonly session?: OperatorSession;
}

/** A browser's session at the admin API. */
export interface OperatorSession {
  readonly id: string;
  readonly expiresAtMs: number;
  /** To be sent back in `x-plantain-csrf` with whatever changes something. */
  readonly csrf: string;
}

/** A request at the admin API, as far as it matters for who comes in. */
export interface AdminCaller {
  readonly credentials: Credentials;
  readonly address: string;
  /** Whether the request came from this machine, through no proxy. */
  readonly isLocal: boolean;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Scheme and host as the client used them; a trusted proxy's word counts. */
  readonly origin: string;
  /** The least role that is let in. */
  readonly needs: OperatorRole;
  /** Whether it changes something or goes on and on: then it has to come from one of our own pages. */
  readonly isAct: boolean;
}
