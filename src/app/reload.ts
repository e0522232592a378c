import type { Config } from '../config/config-schema.ts';
import { reloadedConfig } from '../config/reloadable-settings.ts';
import type { Actor } from '../access/audit-log.ts';
import { audited } from '../admin/administration.ts';
import type { ReloadOutcome } from '../admin/reload-routes.ts';
import type { Upstream } from '../journey/upstream.ts';
import { loadAdminSecret } from '../store/disk/admin-secret.ts';
import { checkServingKeys } from './check-upstream-keys.ts';
import { namedKey, type Parts } from './compose.ts';
import { createSetup } from './setup.ts';

/** Told by a signal, or by its file that changed. */
const serverItself: Actor = { name: 'server', address: null, requestId: null };
const isStoppingNow = 'The server is stopping.';

/**
 * Puts a configuration that is read again in force, while requests are under way: those go on with what they began with.
 * It is in force as a whole or not at all, and reloads come one after the other. `onInForce` is called when it is.
 */
export function createReload(
  parts: Parts,
  reread: () => Config,
  stopping: AbortSignal,
  onInForce: () => void,
): (actor?: Actor) => Promise<ReloadOutcome> {
  const { log } = parts;
  const refuse = (problems: readonly string[]): ReloadOutcome => {
    log.error({ problems }, 'configuration refused: the one in force stays');
    return { kind: 'refused', problems };
  };
  const once = async (actor: Actor): Promise<ReloadOutcome> => {
    if (stopping.aborted) return { kind: 'refused', problems: [isStoppingNow] };
    try {
      const { config, changed, waiting } = reloadedConfig(parts.setup.config, reread());
      if (changed.length > 0) {
        // Whatever can fail, does so before anything has changed.
        const setup = await createSetup(parts, config);
        const adminSecret = await adminSecretOf(config);
        const opened = await parts.upstreams.open(config, setup.catalogue.models);
        if (stopping.aborted) {
          await Promise.allSettled(opened.added.map((upstream) => upstream.close()));
          return { kind: 'refused', problems: [isStoppingNow] };
        }
        // From here to the end nothing is waited for: no request sees half of it.
        const gone = opened.take();
        parts.pool.replaceMembers(opened.members);
        const isNew = ({ name }: Upstream): boolean => opened.added.some((added) => added.name === name);
        const kept = parts.upstreams.all.filter((upstream) => !isNew(upstream));
        parts.keyStates.replace(
          opened.added.map(namedKey),
          kept.map(({ name }) => name),
        );
        Object.assign(parts, { setup, adminSecret });
        log.level = config.log.level;
        onInForce();
        for (const upstream of gone) void closeLater(parts, upstream);
        void checkServingKeys(opened.added, parts.keyStates, log, stopping);
      }
      log.info({ changed }, 'configuration reloaded');
      if (changed.length > 0 || waiting.length > 0) await writeDown(parts, actor, { changed, waiting });
      if (waiting.length > 0) log.warn({ settings: waiting }, 'changed settings wait for the next start');
      return { kind: 'reloaded', changed, waiting };
    } catch (error) {
      return refuse(problemsOf(error));
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return (actor = serverItself) => {
    const next = last.then(() => once(actor));
    last = next;
    return next;
  };
}

/** The operator's admin secret, else the one of the data folder. */
export async function adminSecretOf(config: Config): Promise<string> {
  return config.admin.secret ?? (await loadAdminSecret(config.dataDir));
}

/** What is in force stays so, also where it cannot be written down. */
async function writeDown(
  { book, clock, log }: Parts,
  actor: Actor,
  after: { readonly changed: readonly string[]; readonly waiting: readonly string[] },
): Promise<void> {
  const told = { action: 'configuration.reload', subject: 'configuration', before: null, after };
  await audited({ book, clock, actor }, async () => ({ ...told, result: undefined })).catch(
    (error: unknown) =>
      log.error({ cause: String(error), ...after }, 'a reload could not be written into the audit log'),
  );
}

async function closeLater({ pool, log }: Parts, upstream: Upstream): Promise<void> {
  try {
    await pool.leave(upstream);
    await upstream.close();
    log.info({ upstream: upstream.name }, 'upstream closed: the configuration has it no more');
  } catch (error) {
    log.warn({ upstream: upstream.name, cause: String(error) }, 'upstream could not be closed');
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof Error && 'problems' in error && Array.isArray(error.problems))
    return error.problems.map(String);
  return [error instanceof Error ? error.message : String(error)];
}
