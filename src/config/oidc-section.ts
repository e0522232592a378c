import { z } from 'zod';
import { issuerUrl, texts } from './name-kinds.ts';
import { section } from './settings.ts';
import { matching } from './value-kinds.ts';

/** An identity provider that signs people in at the console. */
export const oidcSection = () =>
  section({
    issuer: issuerUrl().optional().meta({
      description:
        'Identity provider (OpenID Connect) that signs people in at the console, beside the admin secret: its issuer, exactly as it calls itself.',
      defaultText: 'none: nobody signs in by one',
    }),
    clientId: matching(/^[\x21-\x7e]{1,256}$/, 'the id of a client, without spaces', '<id>')
      .optional()
      .meta({ description: 'Id of this server at the provider.', defaultText: 'none' }),
    clientSecret: matching(/^[\x20-\x7e]{1,512}$/, 'a secret of printable characters', '<secret>')
      .optional()
      .meta({
        description: 'Secret of this server at the provider; a public client has none.',
        defaultText: 'none',
        secret: true,
      }),
    name: matching(/^[^\p{C}<>"&]{1,40}$/u, 'a name of at most 40 characters, none of < > " &', '<name>')
      .default('single sign-on')
      .describe('What the button of the sign-in page calls the provider.'),
    scopes: matching(
      /^openid(?: [\x21\x23-\x5b\x5d-\x7e]{1,100}){0,20}$/,
      'openid, and further scopes after spaces',
      '<scopes>',
    )
      .default('openid profile email')
      .describe('Scopes that are asked for.'),
    roleClaim: matching(/^[^\p{C}]{1,200}$/u, 'the name of a claim', '<claim>')
      .default('groups')
      .describe(
        'Claim that says who may do what: a text, a list, or an object by its members. Dots lead into objects: `realm_access.roles`.',
      ),
    admins: texts(100).default([]).meta({
      description: 'Values of that claim that make an admin.',
      defaultText: 'none',
    }),
    viewers: texts(100).default([]).meta({
      description: 'Values of that claim that make a viewer, who looks and changes nothing.',
      defaultText: 'none',
    }),
  });

type OidcConfig = z.output<ReturnType<typeof oidcSection>>;

/** What no setting of them can say alone. `allowsInsecure`: plain HTTP is the operator's wish. */
export function oidcFault(
  { issuer, clientId, admins, viewers }: OidcConfig,
  allowsInsecure: boolean,
): { readonly field: keyof OidcConfig; readonly problem: string } | undefined {
  if (issuer === undefined)
    return clientId === undefined
      ? undefined
      : { field: 'clientId', problem: 'has no effect without oidc.issuer.' };
  if (clientId === undefined)
    return { field: 'issuer', problem: 'needs oidc.client_id, by which the provider knows this server.' };
  if (admins.length + viewers.length === 0)
    return { field: 'issuer', problem: 'lets nobody in: set oidc.admins or oidc.viewers.' };
  if (!isPrivateIssuer(issuer) && !allowsInsecure)
    return {
      field: 'issuer',
      problem:
        'must be https: over plain HTTP whoever is on the way could sign in. console.insecure allows it.',
    };
  return undefined;
}

/** Whether nobody can listen between this server and its provider. */
function isPrivateIssuer(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
