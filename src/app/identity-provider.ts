import type { IdentityProvider } from '../access/identity-provider.ts';
import type { TrustedProvider } from '../access/provider-login.ts';
import type { Config } from '../config/config-schema.ts';
import { memoizePromise } from '../kernel/memoize-promise.ts';
import { proxyFor } from '../kernel/proxy-for.ts';

/** The identity provider of the configuration in force; nothing of it is loaded before somebody signs in by it. */
export function trustedProvider(inForce: () => Config): () => TrustedProvider | undefined {
  let known: TrustedProvider | undefined;
  return () => {
    const { oidc } = inForce();
    const { issuer, clientId } = oidc;
    if (issuer === undefined || clientId === undefined) return undefined;
    const ground = JSON.stringify({ ...oidc, name: undefined });
    if (known?.ground === ground) return known;
    const settings = { ...oidc, issuer, clientId };
    const opened = memoizePromise(async () => {
      const { OidcProvider } = await import('../remote/oidc-provider.ts');
      return new OidcProvider({
        settings,
        proxyTo: (url) => proxyFor(url, inForce().proxy),
      });
    });
    const provider: IdentityProvider = {
      begin: async (returnTo) => (await opened()).begin(returnTo),
      finish: async (answer, attempt) => (await opened()).finish(answer, attempt),
      signOutAddress: async (idToken, returnTo) => (await opened()).signOutAddress(idToken, returnTo),
    };
    known = { provider, rules: oidc, ground };
    return known;
  };
}
