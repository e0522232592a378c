import { section } from './settings.ts';
import { matching, timeZone, wholeNumber } from './value-kinds.ts';

/** What the limits of keys and projects are counted by; the limits themselves are in the database. */
export const budgetSettings = section({
  timeZone: timeZone()
    .default('UTC')
    .describe(
      'Time zone of the days and months of budgets and of pictures a day. After a change the running day and month are counted anew.',
    ),
});

export const ledgerSettings = section({
  retentionDays: wholeNumber(0, 36_500)
    .default(0)
    .describe(
      'How many days orders are kept in the ledger; 0: for ever. What they used stays in the sums by hour. Orders of the running month are kept in any case, and so are those of which it is unknown what became of them; PostgreSQL drops whole months.',
    ),
});

export const databaseSettings = section({
  url: matching(
    /^postgres(?:ql)?:\/\/\S{1,2000}$/,
    'an address such as postgres://user:password@host:5432/plantain',
    '<url>',
  )
    .optional()
    .meta({
      description:
        'PostgreSQL, 15 or newer, for keys, limits and the ledger. Several servers may share it, and its limits hold for all of them together.',
      defaultText: 'SQLite in the data folder',
      alsoEnv: ['DATABASE_URL'],
      secret: true,
    }),
});
