import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Operator, OperatorRole } from '../journey/operator.ts';
import type { Clock } from '../kernel/clock.ts';
import { newId } from '../kernel/ids.ts';
import type { KeptSession, SessionStore } from './session-store.ts';

const idleMs = 30 * 60_000;
const longestMs = 12 * 3_600_000;
/** More than people look after one server; the ones that were used longest ago make room. */
const maxSessions = 100;
/** How exactly the last use is known. */
const touchEveryMs = 60_000;

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  /** What sessions of this role may be tied to: the secret of it, and what is agreed with an identity provider. */
  readonly groundsOf: (role: OperatorRole) => readonly string[];
}

export interface NewSession {
  readonly role: OperatorRole;
  readonly name: string;
  readonly address: string;
  readonly userAgent: string;
  /** What it is tied to: the secret it is opened with, or what is agreed with an identity provider. */
  readonly ground: string;
  /** What it takes to sign out at an identity provider too; sealed. */
  readonly signOut?: string | undefined;
}

/** A session that was just opened, with what its browser is to hold. */
export interface OpenedSession {
  readonly token: string;
  readonly operator: Operator;
}

/**
 * Sessions of browsers: 256 random bits at the browser, their hash here. One ends half an hour after its last use,
 * twelve hours after its beginning, by signing out, and when the secret it was opened with, or what is agreed with the
 * identity provider, changes.
 */
export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async open({ role, name, address, userAgent, ground, signOut }: NewSession): Promise<OpenedSession> {
    const { store, clock } = this.#options;
    const nowMs = clock.nowMs();
    const kept = await store.list();
    const living = kept.filter((session) => this.#isAlive(session, nowMs));
    const surplus = living.slice(maxSessions - 1);
    await store.remove(
      [...kept.filter((session) => !living.includes(session)), ...surplus].map(({ id }) => id),
    );
    const token = randomBytes(32).toString('base64url');
    const session: KeptSession = {
      id: newId('ses', nowMs),
      role,
      name,
      createdAtMs: nowMs,
      seenAtMs: nowMs,
      expiresAtMs: nowMs + longestMs,
      address: address.slice(0, 64),
      userAgent: userAgent.slice(0, 200),
      secretMark: markOf(ground),
      signOut: signOut ?? null,
    };
    await store.insert(hashOf(token), session);
    return { token, operator: operatorOf(session, token) };
  }

  /** Who holds this token. `isBackground`: the page asked by itself, which keeps no session alive. */
  async find(token: string, isBackground: boolean): Promise<Operator | undefined> {
    if (!/^[\w-]{43}$/.test(token)) return undefined;
    const { store, clock } = this.#options;
    const session = await store.find(hashOf(token));
    if (session === undefined) return undefined;
    const nowMs = clock.nowMs();
    if (!this.#isAlive(session, nowMs)) {
      await store.remove([session.id]);
      return undefined;
    }
    if (!isBackground && nowMs - session.seenAtMs >= touchEveryMs) await store.touch(session.id, nowMs);
    return operatorOf(session, token);
  }

  /** Those that are not over, the one that was used last first. */
  async list(): Promise<readonly KeptSession[]> {
    const nowMs = this.#options.clock.nowMs();
    return (await this.#options.store.list()).filter((session) => this.#isAlive(session, nowMs));
  }

  /** Ends the one of this id, or all; those that it ended. */
  async end(id?: string): Promise<readonly KeptSession[]> {
    const ending = (await this.list()).filter((session) => id === undefined || session.id === id);
    await this.#options.store.remove(ending.map((session) => session.id));
    return ending;
  }

  #isAlive({ seenAtMs, expiresAtMs, role, secretMark }: KeptSession, nowMs: number): boolean {
    if (nowMs >= expiresAtMs || nowMs >= seenAtMs + idleMs) return false;
    return this.#options.groundsOf(role).some((ground) => secretMark === markOf(ground));
  }
}

/** Tells one secret from another and betrays neither. */
const markOf = (ground: string): string =>
  createHmac('sha256', ground).update('plantain console session').digest('base64url');

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

function operatorOf({ id, role, name, expiresAtMs }: KeptSession, token: string): Operator {
  const csrf = createHash('sha256').update(`csrf ${token}`).digest('base64url');
  return { role, name, session: { id, expiresAtMs, csrf } };
}
