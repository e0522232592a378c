import { hostNames } from './name-kinds.ts';
import { section } from './settings.ts';
import { yesOrNo } from './value-kinds.ts';

/** The web pages under `/console/`. */
export const consoleSection = () =>
  section({
    enabled: yesOrNo().optional().meta({
      description:
        'Serve the console, the web pages under `/console/`. Beyond this machine it needs `admin.secret`: without one, true is refused there.',
      defaultText: 'true where `host` is this machine alone or `admin.secret` is set, else false',
    }),
    hosts: hostNames().default([]).meta({
      description:
        'Names that browsers may call the console by, beside localhost, plain IP addresses and the one of `public_url`.',
      defaultText: 'none',
    }),
    insecure: yesOrNo()
      .default(false)
      .describe(
        'Let people of other machines sign in over plain HTTP. Whoever is on the way reads secret and session.',
      ),
  });

/** Whether a server listens where only this machine reaches it. */
export function listensLocally(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Whether the console is served. Nobody is given a login page whose secret they do not have. */
export function servesConsole({
  host,
  admin,
  console,
}: {
  readonly host: string;
  readonly admin: { readonly secret?: string | undefined };
  readonly console: { readonly enabled?: boolean | undefined };
}): boolean {
  return console.enabled ?? (listensLocally(host) || admin.secret !== undefined);
}
