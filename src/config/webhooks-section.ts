import { z } from 'zod';
import { alertTypes } from '../journey/budget-alert.ts';
import { section } from './settings.ts';
import { matching, someOf, webhookUrl, yesOrNo } from './value-kinds.ts';

/** The key behind it is of 24 to 64 bytes, as Standard Webhooks ask for. Several, apart by blanks, while they change. */
const webhookSecret = () =>
  matching(
    /^whsec_[0-9A-Za-z+/]{32,88}={0,2}(?:\s+whsec_[0-9A-Za-z+/]{32,88}={0,2}){0,3}$/,
    'a secret of "whsec_" and 24 to 64 bytes in base64, such as `echo "whsec_$(openssl rand -base64 32)"` makes',
    '<secret>',
  );

const endpoint = () =>
  z.strictObject({
    name: matching(/^[0-9A-Za-z._-]{1,64}$/, 'a name of letters, digits, ".", "_" and "-"'),
    url: webhookUrl().meta({ secret: true }),
    secret: webhookSecret().meta({ secret: true }),
    events: someOf(alertTypes).exactOptional(),
  });

/** Who is told of budgets that are used up, in the form of Standard Webhooks. */
export const webhooksSection = () =>
  section({
    url: webhookUrl().optional().meta({
      description: 'Address that is told of limits that are used up, as a receiver of the name `default`.',
      defaultText: 'none',
      secret: true,
    }),
    secret: webhookSecret().optional().meta({
      description:
        'What signs that it is told by this server; with a blank and a second one while it changes.',
      defaultText: 'none',
      secret: true,
    }),
    endpoints: z.array(endpoint(), 'must be a list of receivers').default([]).meta({
      description: 'Further receivers, each told of everything, or of the events that it names.',
      example:
        '- name: finance\n  url: https://hooks.example.com/plantain\n  secret: ${FINANCE_WEBHOOK_SECRET:-whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}\n  events: [budget.exhausted]',
    }),
    allowPrivate: yesOrNo()
      .default(false)
      .describe(
        'Call receivers at private addresses too, such as those of your own network or this machine.',
      ),
  });

/** What no setting of them can say alone. */
export function webhookFaults({ url, secret, endpoints }: z.output<ReturnType<typeof webhooksSection>>) {
  const faults: { readonly path: readonly (string | number)[]; readonly problem: string }[] = [];
  if (url !== undefined && secret === undefined)
    faults.push({ path: ['webhooks', 'url'], problem: 'needs webhooks.secret, which signs what is sent.' });
  const names = ['default', ...endpoints.map(({ name }) => name)];
  for (const [index, { name }] of endpoints.entries())
    if (names.indexOf(name) <= index)
      faults.push({
        path: ['webhooks', 'endpoints', index, 'name'],
        problem: 'is the name of another receiver: give each its own ("default" is that of webhooks.url).',
      });
  return faults;
}
