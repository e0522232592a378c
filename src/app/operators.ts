import type { Actor } from '../access/audit-log.ts';
import { createAdminGate } from '../access/admin-gate.ts';
import { isPrivate } from '../access/browser-rules.ts';
import { ConsoleLogin } from '../access/console-login.ts';
import { LoginGuard } from '../access/login-guard.ts';
import { ProviderLogin } from '../access/provider-login.ts';
import { Seal } from '../access/seal.ts';
import type { KeptSession } from '../access/session-store.ts';
import { Sessions } from '../access/sessions.ts';
import { audited, type Done } from '../admin/administration.ts';
import type { SessionDesk } from '../admin/session-routes.ts';
import { usesSandbox } from '../config/upstream-list.ts';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import { toPlantainError } from '../kernel/plantain-error.ts';
import type { Parts } from './compose.ts';
import { trustedProvider } from './identity-provider.ts';
import { packageManifest } from './package-manifest.ts';

/** Who looks after the server: how they come in, and their sessions. It outlives every configuration. */
export interface Operators {
  readonly desk: SessionDesk;
  readonly authenticate: (caller: AdminCaller) => Promise<Operator>;
}

/** Joins secrets, sessions and the rules for browsers, as the configuration in force has them. */
export function createOperators(parts: Parts): Operators {
  const { clock, log, sessionStore, claim, book } = parts;
  const config = () => parts.setup.config;
  const secrets = () => ({ admin: parts.adminSecret, viewer: config().admin.viewerSecret });
  const trusted = trustedProvider(config);
  const people = new ProviderLogin({
    trusted,
    seal: new Seal(() => parts.adminSecret, 'console login'),
    clock,
  });
  const sessions = new Sessions({
    store: sessionStore,
    clock,
    groundsOf: (role) => [secrets()[role], trusted()?.ground].filter((ground) => ground !== undefined),
  });
  const isOpenToOthers = () => config().admin.secret !== undefined;
  const own = () => ({ publicUrl: config().publicUrl, ...config().console });
  const login = new ConsoleLogin({
    secrets,
    sessions,
    claim,
    people,
    guard: new LoginGuard(),
    isOpenToOthers,
    own,
  });
  const tellTrouble = (thrown: unknown, address: string): void => {
    const { code, cause, message } = toPlantainError(thrown);
    log.warn(
      { code, address, cause: causesOf(cause) || message },
      'nobody was signed in by the identity provider',
    );
  };
  const writeDown = (by: Actor, change: Omit<Done<undefined>, 'result'>): Promise<undefined> =>
    audited({ book, clock, actor: by }, async () => ({ ...change, result: undefined }));
  const end = async (by: Actor, only?: string): Promise<readonly KeptSession[]> => {
    const ended = await sessions.end(only);
    for (const { id, role, name } of ended)
      await writeDown(by, { action: 'session.end', subject: id, before: { role, name }, after: null });
    return ended;
  };
  return {
    authenticate: createAdminGate({
      secrets,
      sessions,
      isOpenToOthers,
      own,
      onRefused: (refused, address) =>
        log.warn({ refused, address }, 'the admin API refused who had no admin secret'),
    }),
    desk: {
      async login({ caller, requestId }, proof) {
        const { address } = caller;
        const opened = await login.open(caller, proof).catch((error: unknown) => {
          if ('answer' in proof) tellTrouble(error, address);
          throw error;
        });
        const { role, name, session } = opened.operator;
        await writeDown(
          { name: 'session', who: name, address, requestId },
          { action: 'session.open', subject: session?.id ?? '', before: null, after: { role, name } },
        );
        log.info({ role, as: name, address }, 'signed in at the console');
        return opened;
      },
      begin: ({ caller }, returnTo) =>
        login.begin(caller, returnTo).catch((error: unknown) => {
          tellTrouble(error, caller.address);
          throw error;
        }),
      async leave(by, { session }) {
        if (session === undefined) return null;
        const signOut = (await end(by, session.id))[0]?.signOut ?? null;
        return (signOut === null ? undefined : await people.signOutAddress(signOut)) ?? null;
      },
      facts: (origin) => ({
        version: packageManifest.version,
        sandbox: usesSandbox(config()),
        insecure: !isPrivate(origin),
      }),
      list: async () =>
        (await sessions.list()).map((session) => ({
          id: session.id,
          role: session.role,
          name: session.name,
          created_at: new Date(session.createdAtMs).toISOString(),
          seen_at: new Date(session.seenAtMs).toISOString(),
          expires_at: new Date(session.expiresAtMs).toISOString(),
          address: session.address,
          user_agent: session.userAgent,
        })),
      end: async (by, id) => (await end(by, id)).length,
    },
  };
}

/** What went wrong, down to its ground: the library says that it failed, what it stands on says why. */
function causesOf(error: unknown): string {
  const said: string[] = [];
  for (let at = error; at instanceof Error && said.length < 5; at = at.cause)
    said.push(at.message.slice(0, 300));
  return said.join(': ');
}
