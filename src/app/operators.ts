import { createAdminGate } from '../access/admin-gate.ts';
import { isPrivate } from '../access/browser-rules.ts';
import { createConsoleLogin } from '../access/console-login.ts';
import { LoginGuard } from '../access/login-guard.ts';
import { Sessions } from '../access/sessions.ts';
import type { SessionDesk } from '../admin/session-routes.ts';
import { usesSandbox } from '../config/upstream-list.ts';
import type { AdminCaller, Operator } from '../journey/operator.ts';
import type { Parts } from './compose.ts';
import { packageManifest } from './package-manifest.ts';

/** Who looks after the server: how they come in, and their sessions. It outlives every configuration. */
export interface Operators {
  readonly desk: SessionDesk;
  readonly authenticate: (caller: AdminCaller) => Promise<Operator>;
}

/** Joins secrets, sessions and the rules for browsers, as the configuration in force has them. */
export function createOperators(parts: Parts): Operators {
  const { clock, log, sessionStore, claim } = parts;
  const config = () => parts.setup.config;
  const secrets = () => ({ admin: parts.adminSecret, viewer: config().admin.viewerSecret });
  const sessions = new Sessions({ store: sessionStore, clock, secretOf: (role) => secrets()[role] });
  const isOpenToOthers = () => config().admin.secret !== undefined;
  const own = () => ({ publicUrl: config().publicUrl, ...config().console });
  const login = createConsoleLogin({
    secrets,
    sessions,
    claim,
    guard: new LoginGuard(),
    isOpenToOthers,
    own,
  });
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
      async login(caller, proof) {
        const opened = await login(caller, proof);
        const { role, name } = opened.operator;
        log.info({ role, as: name, address: caller.address }, 'signed in at the console');
        return opened;
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
      end: (ids) => sessions.end(ids),
    },
  };
}
